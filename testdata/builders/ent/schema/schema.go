// Package schema is what the generated code of ent is made of.
package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	entschema "entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
)

// User has edges of all kinds.
type User struct{ ent.Schema }

// Fields of the User.
func (User) Fields() []ent.Field {
	return []ent.Field{
		field.String("name"),
		field.String("email").StorageKey("email_address").Unique(),
		field.Int("age").Default(18),
		field.String("nick").Optional().Nillable(),
		field.Time("created_at").Default(time.Now).Immutable(),
		field.Time("updated_at").Default(time.Now).UpdateDefault(time.Now),
		field.JSON("settings", map[string]string{}).Optional(),
		field.Enum("role").Values("admin", "user").Default("user"),
	}
}

// Edges of the User.
func (User) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("pets", Pet.Type),
		edge.To("card", Card.Type).Unique(),
		edge.To("groups", Group.Type),
		edge.To("friends", User.Type),
		edge.To("manages", User.Type).From("manager").Unique(),
	}
}

// Pet belongs to a User, by a column that is no field.
type Pet struct{ ent.Schema }

// Fields of the Pet.
func (Pet) Fields() []ent.Field { return []ent.Field{field.String("name"), field.Float("weight")} }

// Edges of the Pet.
func (Pet) Edges() []ent.Edge {
	return []ent.Edge{edge.From("owner", User.Type).Ref("pets").Unique()}
}

// Card belongs to a User by a field, and has a table of another name.
type Card struct{ ent.Schema }

// Annotations of the Card.
func (Card) Annotations() []entschema.Annotation {
	return []entschema.Annotation{entsql.Annotation{Table: "credit_cards"}}
}

// Fields of the Card.
func (Card) Fields() []ent.Field {
	return []ent.Field{field.String("id"), field.String("number"), field.Int("user_id").Optional()}
}

// Edges of the Card.
func (Card) Edges() []ent.Edge {
	return []ent.Edge{edge.From("owner", User.Type).Ref("card").Unique().Field("user_id")}
}

// Group has many Users.
type Group struct{ ent.Schema }

// Fields of the Group.
func (Group) Fields() []ent.Field { return []ent.Field{field.String("name")} }

// Edges of the Group.
func (Group) Edges() []ent.Edge { return []ent.Edge{edge.From("users", User.Type).Ref("groups")} }

// Adult is a view: it has no key.
type Adult struct{ ent.View }

// Annotations of the Adult.
func (Adult) Annotations() []entschema.Annotation {
	return []entschema.Annotation{entsql.View("SELECT name, age FROM users WHERE age > 17")}
}

// Fields of the Adult.
func (Adult) Fields() []ent.Field { return []ent.Field{field.String("name"), field.Int("age")} }
