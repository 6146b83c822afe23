package cli

func isVetTool(args []string) bool { return false }
func runVetTool(args []string) int { return exitWrong }
