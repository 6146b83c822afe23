// Command ent prints what code that entgo.io/ent generates sends to PostgreSQL.
package main

import (
	"context"
	"database/sql"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"

	"github.com/schemavet/schemavet/testdata/builders/ent/gen"
	"github.com/schemavet/schemavet/testdata/builders/ent/gen/adult"
	"github.com/schemavet/schemavet/testdata/builders/ent/gen/card"
	"github.com/schemavet/schemavet/testdata/builders/ent/gen/group"
	"github.com/schemavet/schemavet/testdata/builders/ent/gen/pet"
	"github.com/schemavet/schemavet/testdata/builders/ent/gen/predicate"
	"github.com/schemavet/schemavet/testdata/builders/ent/gen/user"
	"github.com/schemavet/schemavet/testdata/builders/record"
)

func open(db *sql.DB) *gen.Client {
	return gen.NewClient(gen.Driver(entsql.OpenDB(dialect.Postgres, db)))
}

func All(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().All(ctx)
}

func First(ctx context.Context, db *sql.DB, n int) {
	open(db).Card.Query().First(ctx)
}

func OnlyX(ctx context.Context, db *sql.DB, n int) {
	if n > 0 {
		open(db).Pet.Query().OnlyX(ctx)
	}
}

func IDs(ctx context.Context, db *sql.DB, n int) {
	open(db).Group.Query().IDs(ctx)
}

func FirstID(ctx context.Context, db *sql.DB, n int) {
	open(db).Card.Query().Where(card.Number("x")).FirstID(ctx)
}

func OnlyID(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().Where(user.Email("x")).OnlyID(ctx)
}

func Count(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().Where(user.AgeGT(n)).Count(ctx)
}

func CountUnique(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().Unique(true).Count(ctx)
}

func Exist(ctx context.Context, db *sql.DB, n int) {
	open(db).Pet.Query().Where(pet.NameEQ("x"), pet.WeightLTE(3)).Exist(ctx)
}

func Get(ctx context.Context, db *sql.DB, n int) {
	open(db).Card.Get(ctx, "x")
}

func WhereOperators(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().Where(
		user.NameContains("x"), user.NameHasPrefix("y"), user.NameHasSuffix("z"), user.NameContainsFold("x"), user.NameEqualFold("X"),
		user.AgeGTE(1), user.AgeLT(9), user.AgeNEQ(5), user.AgeIn(1, 2, 3), user.AgeNotIn(7), user.NickIsNil(), user.RoleEQ(user.RoleAdmin),
		user.RoleIn(user.RoleAdmin, user.RoleUser), user.CreatedAtGT(time.Now()), user.SettingsNotNil(), user.IDGT(3),
	).All(ctx)
}

func WhereAndOrNot(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().Where(user.Or(user.And(user.Name("x"), user.Age(3)), user.Not(user.Nick("y")))).All(ctx)
}

func WhereBranches(ctx context.Context, db *sql.DB, n int) {
	q := open(db).Pet.Query()
	if n > 0 {
		q = q.Where(pet.Name("x"))
	}
	if n > 1 {
		q.Where(pet.WeightGT(1))
	}
	q.All(ctx)
}

func WherePredicateSlice(ctx context.Context, db *sql.DB, n int) {
	predicates := []predicate.Pet{pet.Name("x")}
	if n > 0 {
		predicates = append(predicates, pet.IDEQ(n))
	}
	open(db).Pet.Query().Where(predicates...).All(ctx)
}

func HasO2M(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().Where(user.HasPets()).IDs(ctx)
}

func HasM2O(ctx context.Context, db *sql.DB, n int) {
	open(db).Pet.Query().Where(pet.HasOwner()).IDs(ctx)
}

func HasM2M(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().Where(user.HasGroups()).IDs(ctx)
}

func HasM2MInverse(ctx context.Context, db *sql.DB, n int) {
	open(db).Group.Query().Where(group.HasUsers()).IDs(ctx)
}

func HasO2MWith(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().Where(user.HasPetsWith(pet.Name("x"), pet.WeightGT(2))).IDs(ctx)
}

func HasM2OWith(ctx context.Context, db *sql.DB, n int) {
	open(db).Pet.Query().Where(pet.HasOwnerWith(user.Name("x"))).IDs(ctx)
}

func HasM2MWith(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().Where(user.HasGroupsWith(group.Name("x"))).IDs(ctx)
}

func HasM2MInverseWith(ctx context.Context, db *sql.DB, n int) {
	open(db).Group.Query().Where(group.HasUsersWith(user.AgeGT(3))).IDs(ctx)
}

func HasSelf(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().Where(user.HasManages(), user.HasManagerWith(user.Name("x"))).IDs(ctx)
}

func HasSelfM2M(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().Where(user.HasFriendsWith(user.Name("x"))).IDs(ctx)
}

func HasNested(ctx context.Context, db *sql.DB, n int) {
	open(db).Pet.Query().Where(pet.HasOwnerWith(user.HasGroupsWith(group.Name("x")), user.HasCard())).IDs(ctx)
}

func WithO2M(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().WithPets().All(ctx)
}

func WithM2O(ctx context.Context, db *sql.DB, n int) {
	open(db).Pet.Query().WithOwner().All(ctx)
}

func WithO2O(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().WithCard().All(ctx)
}

func WithO2OField(ctx context.Context, db *sql.DB, n int) {
	open(db).Card.Query().WithOwner().All(ctx)
}

func WithM2M(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().WithGroups().All(ctx)
}

func WithM2MInverse(ctx context.Context, db *sql.DB, n int) {
	open(db).Group.Query().WithUsers().All(ctx)
}

func WithOptions(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().WithPets(func(q *gen.PetQuery) {
		q.Where(pet.WeightGT(2)).Order(gen.Asc(pet.FieldName))
	}).All(ctx)
}

func WithNested(ctx context.Context, db *sql.DB, n int) {
	open(db).Group.Query().WithUsers(func(q *gen.UserQuery) { q.WithPets().WithManager() }).All(ctx)
}

func WithSelect(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().WithPets(func(q *gen.PetQuery) { q.Select(pet.FieldName) }).All(ctx)
}

func QueryO2M(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().Where(user.Name("x")).QueryPets().All(ctx)
}

func QueryM2O(ctx context.Context, db *sql.DB, n int) {
	open(db).Pet.Query().QueryOwner().Where(user.AgeGT(1)).All(ctx)
}

func QueryM2M(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().QueryGroups().Where(group.Name("x")).All(ctx)
}

func QueryTwice(ctx context.Context, db *sql.DB, n int) {
	open(db).Group.Query().QueryUsers().QueryPets().Count(ctx)
}

func QueryFromEntity(ctx context.Context, db *sql.DB, n int) {
	c := open(db)
	u, err := c.User.Query().First(ctx)
	if err != nil {
		return
	}
	c.User.QueryPets(u).All(ctx)
	c.User.QueryGroups(u).All(ctx)
	u.QueryCard().Where(card.Number("x")).Exist(ctx)
}

func Select(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().Select(user.FieldName).Strings(ctx)
}

func SelectMany(ctx context.Context, db *sql.DB, n int) {
	var v []struct{ Name, Email string }
	open(db).User.Query().Where(user.Age(n)).Select(user.FieldName, user.FieldEmail).Scan(ctx, &v)
}

func SelectEntities(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().Select(user.FieldAge, user.FieldName).All(ctx)
}

func GroupBy(ctx context.Context, db *sql.DB, n int) {
	var v []struct {
		Name  string
		Count int
	}
	open(db).User.Query().GroupBy(user.FieldName).Aggregate(gen.Count()).Scan(ctx, &v)
}

func GroupByMany(ctx context.Context, db *sql.DB, n int) {
	var v []struct{ Sum int }
	open(db).User.Query().GroupBy(user.FieldRole, user.FieldNick).Aggregate(gen.As(gen.Sum(user.FieldAge), "sum"), gen.Max(user.FieldAge)).Scan(ctx, &v)
}

func Aggregate(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().Aggregate(gen.Mean(user.FieldAge), gen.Min(user.FieldAge)).Int(ctx)
}

func OrderFields(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().Order(gen.Asc(user.FieldName), gen.Desc(user.FieldAge, user.FieldID)).All(ctx)
}

func OrderBy(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().Order(user.ByName(), user.ByAge(entsql.OrderDesc())).Limit(3).Offset(5).All(ctx)
}

func OrderByNulls(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().Order(user.ByNick(entsql.OrderNullsLast(), entsql.OrderDesc())).All(ctx)
}

func ForUpdate(ctx context.Context, db *sql.DB, n int) {
	open(db).Pet.Query().Where(pet.ID(n)).ForUpdate().Only(ctx)
}

func Unique(ctx context.Context, db *sql.DB, n int) {
	open(db).Pet.Query().Unique(true).Select(pet.FieldName).Strings(ctx)
}

func Create(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Create().SetName("x").SetEmail("y").Save(ctx)
}

func CreateEdges(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Create().SetName("x").SetEmail("y").AddPetIDs(1).AddGroupIDs(1).SetCardID("3").Exec(ctx)
}

func CreateEntities(ctx context.Context, db *sql.DB, n int) {
	open(db).Pet.Create().SetName("x").SetWeight(1).SetOwner(&gen.User{ID: 1}).Save(ctx)
}

func CreateID(ctx context.Context, db *sql.DB, n int) {
	open(db).Card.Create().SetID("c").SetNumber("x").SetOwnerID(1).Save(ctx)
}

func CreateNillable(ctx context.Context, db *sql.DB, n int) {
	var nick *string
	if n > 0 {
		nick = new(string)
	}
	open(db).User.Create().SetName("x").SetEmail("y").SetNillableNick(nick).Save(ctx)
}

func CreateBulk(ctx context.Context, db *sql.DB, n int) {
	c := open(db)
	c.Pet.CreateBulk(
		c.Pet.Create().SetName("x").SetWeight(1),
		c.Pet.Create().SetName("y").SetWeight(2),
	).Save(ctx)
}

func CreateBulkLoop(ctx context.Context, db *sql.DB, n int) {
	c := open(db)
	var all []*gen.PetCreate
	for range n + 1 {
		all = append(all, c.Pet.Create().SetName("x").SetWeight(1).SetOwnerID(2))
	}
	c.Pet.CreateBulk(all...).Save(ctx)
}

func CreateBulkMapped(ctx context.Context, db *sql.DB, n int) {
	c := open(db)
	c.Pet.CreateBulk(each([]string{"a", "b"}, func(name string, _ int) *gen.PetCreate {
		return c.Pet.Create().SetName(name).SetWeight(1)
	})...).Save(ctx)
}

func each[T, R any](list []T, f func(T, int) R) (out []R) {
	for i, e := range list {
		out = append(out, f(e, i))
	}
	return out
}

// CreateBulkUnknown is given rows that nothing tells.
func CreateBulkUnknown(ctx context.Context, db *sql.DB, n int) {
	c := open(db)
	rows := map[string][]*gen.PetCreate{"x": {c.Pet.Create().SetName("x").SetWeight(1)}}
	c.Pet.CreateBulk(rows["x"]...).Save(ctx)
}

func MapCreateBulk(ctx context.Context, db *sql.DB, n int) {
	names := []string{"a", "b"}
	open(db).Pet.MapCreateBulk(names, func(c *gen.PetCreate, i int) { c.SetName(names[i]).SetWeight(2) }).Exec(ctx)
}

func Upsert(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Create().SetName("x").SetEmail("y").OnConflictColumns(user.FieldEmail).UpdateNewValues().Exec(ctx)
}

func UpsertID(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Create().SetName("x").SetEmail("y").OnConflict(entsql.ConflictColumns(user.FieldEmail)).Ignore().ID(ctx)
}

func UpsertUpdate(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Create().SetName("x").SetEmail("y").OnConflictColumns(user.FieldEmail).
		Update(func(u *gen.UserUpsert) { u.UpdateName().SetNick("z").AddAge(1) }).Exec(ctx)
}

func UpsertNothing(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Create().SetName("x").SetEmail("y").OnConflictColumns(user.FieldEmail).DoNothing().Exec(ctx)
}

func UpsertBulk(ctx context.Context, db *sql.DB, n int) {
	c := open(db)
	c.Card.CreateBulk(c.Card.Create().SetID("a").SetNumber("1"), c.Card.Create().SetID("b").SetNumber("2")).
		OnConflictColumns(card.FieldID).UpdateNumber().Exec(ctx)
}

func Update(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Update().Where(user.Name("x")).SetNick("y").AddAge(2).Save(ctx)
}

func UpdateClear(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Update().ClearNick().ClearSettings().Exec(ctx)
}

func UpdateOneID(ctx context.Context, db *sql.DB, n int) {
	open(db).Pet.UpdateOneID(1).SetName("x").SetOwnerID(2).Save(ctx)
}

func UpdateOne(ctx context.Context, db *sql.DB, n int) {
	c := open(db)
	if p, err := c.Pet.Query().First(ctx); err == nil {
		c.Pet.UpdateOne(p).SetWeight(2).ClearOwner().Exec(ctx)
	}
}

func UpdateOneEntity(ctx context.Context, db *sql.DB, n int) {
	c := open(db)
	p, err := c.Pet.Query().First(ctx)
	if err != nil {
		return
	}
	p.Update().SetName("x").Save(ctx)
}

func UpdateEdges(ctx context.Context, db *sql.DB, n int) {
	open(db).User.UpdateOneID(1).AddGroupIDs(2).RemovePetIDs(3).ClearFriends().Exec(ctx)
}

func UpdateManyEdges(ctx context.Context, db *sql.DB, n int) {
	open(db).Group.Update().Where(group.Name("x")).ClearUsers().SetName("y").Exec(ctx)
}

func UpdateBranches(ctx context.Context, db *sql.DB, n int) {
	u := open(db).Pet.UpdateOneID(1)
	if n > 0 {
		u.SetName("x")
	} else {
		u.SetWeight(1)
	}
	u.Exec(ctx)
}

func Delete(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Delete().Where(user.AgeLT(3), user.HasPets()).Exec(ctx)
}

func DeleteOneID(ctx context.Context, db *sql.DB, n int) {
	open(db).Card.DeleteOneID("x").Exec(ctx)
}

func DeleteOne(ctx context.Context, db *sql.DB, n int) {
	open(db).Pet.DeleteOne(&gen.Pet{ID: 1}).Where(pet.Name("x")).Exec(ctx)
}

func InTransaction(ctx context.Context, db *sql.DB, n int) {
	tx, err := open(db).Tx(ctx)
	if err != nil {
		return
	}
	tx.Group.Create().SetName("x").Save(ctx)
	tx.Client().Group.Query().Where(group.Name("x")).Exist(ctx)
	tx.Commit()
}

func inStore(c *gen.Client, preds ...predicate.User) *gen.UserQuery {
	return c.User.Query().Where(preds...)
}

func ByHelper(ctx context.Context, db *sql.DB, n int) {
	inStore(open(db), user.Name("x")).WithCard().All(ctx)
}

type store struct{ users *gen.UserClient }

func InField(ctx context.Context, db *sql.DB, n int) {
	s := store{open(db).User}
	s.users.Query().Where(user.NameIn("a", "b")).All(ctx)
}

func QueryOfEntity(ctx context.Context, db *sql.DB, n int) {
	p, err := open(db).Pet.Query().First(ctx)
	if err != nil {
		return
	}
	p.QueryOwner().Only(ctx)
}

func Raw(ctx context.Context, db *sql.DB, n int) {
	rows, err := open(db).QueryContext(ctx, "SELECT name FROM users WHERE age > $1", 3)
	if err == nil {
		rows.Close()
	}
}

func View(ctx context.Context, db *sql.DB, n int) {
	open(db).Adult.Query().Where(adult.AgeGT(n)).All(ctx)
	open(db).Adult.Query().Select(adult.FieldName).Strings(ctx)
}

func ViewCount(ctx context.Context, db *sql.DB, n int) {
	open(db).Adult.Query().Where(adult.Name("x")).Count(ctx)
}

func WhereSelector(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().Where(func(s *entsql.Selector) { s.Where(entsql.GT(s.C(user.FieldAge), n)) }, user.Name("x")).All(ctx)
}

func WhereSelectorMany(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().Where(func(s *entsql.Selector) {
		s.Where(entsql.Or(entsql.IsNull(s.C(user.FieldNick)), entsql.In(s.C(user.FieldName), "x", "y"), entsql.Not(entsql.ContainsFold(s.C(user.FieldEmail), "z"))))
	}).Count(ctx)
}

func older(than int) predicate.User {
	return func(s *entsql.Selector) { s.Where(entsql.GTE(s.C(user.FieldAge), than)) }
}

func WhereSelectorHelper(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().Where(older(n)).IDs(ctx)
}

func find(ctx context.Context, db *sql.DB, conditions ...predicate.User) {
	open(db).User.Query().Where(append([]predicate.User{user.NickIsNil()}, conditions...)...).All(ctx)
}

func WhereParameter(ctx context.Context, db *sql.DB, n int) {
	find(ctx, db, user.AgeGT(n), older(3))
}

func WhereAnyOf(ctx context.Context, db *sql.DB, n int) {
	var any []predicate.User
	if n > 0 {
		any = append(any, user.Name("x"), user.AgeGT(n))
	}
	q := open(db).User.Query()
	if len(any) > 0 {
		q.Where(user.Or(any...))
	}
	q.All(ctx)
}

func Paginate(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Query().Where(user.AgeGT(n)).Order(user.ByName()).Paginate(ctx, 10, 20)
}

func UpsertWhere(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Create().SetName("x").SetEmail("y").
		OnConflict(entsql.ConflictColumns(user.FieldEmail), entsql.ConflictWhere(entsql.IsNull(user.FieldNick)), entsql.ResolveWithNewValues()).Exec(ctx)
}

func UpsertResolve(ctx context.Context, db *sql.DB, n int) {
	open(db).User.Create().SetName("x").SetEmail("y").
		OnConflict(entsql.ConflictColumns(user.FieldEmail), entsql.ResolveWith(func(u *entsql.UpdateSet) {
			u.SetExcluded(user.FieldName)
			u.SetNull(user.FieldNick)
		})).Exec(ctx)
}

func main() {
	record.Print([]record.Call{
		All, First, OnlyX, IDs, FirstID, OnlyID, Count, CountUnique, Exist, Get, WhereOperators, WhereAndOrNot, WhereBranches,
		WherePredicateSlice, HasO2M, HasM2O, HasM2M, HasM2MInverse, HasO2MWith, HasM2OWith, HasM2MWith, HasM2MInverseWith, HasSelf,
		HasSelfM2M, HasNested, WithO2M, WithM2O, WithO2O, WithO2OField, WithM2M, WithM2MInverse, WithOptions, WithNested, WithSelect,
		QueryO2M, QueryM2O, QueryM2M, QueryTwice, QueryFromEntity, Select, SelectMany, SelectEntities, GroupBy, GroupByMany, Aggregate,
		OrderFields, OrderBy, OrderByNulls, ForUpdate, Unique, Create, CreateEdges, CreateEntities, CreateID, CreateNillable, CreateBulk,
		CreateBulkLoop, CreateBulkMapped, CreateBulkUnknown, MapCreateBulk, Upsert, UpsertID, UpsertUpdate, UpsertNothing, UpsertBulk, Update, UpdateClear, UpdateOneID,
		UpdateOne, UpdateOneEntity, UpdateEdges, UpdateManyEdges, UpdateBranches, Delete, DeleteOneID, DeleteOne, InTransaction,
		ByHelper, InField, QueryOfEntity, Raw, View, ViewCount,
		WhereSelector, WhereSelectorMany, WhereSelectorHelper, WhereParameter, WhereAnyOf, Paginate, UpsertWhere, UpsertResolve,
	})
}
