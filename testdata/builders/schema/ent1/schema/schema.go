// Package schema is what ent generates the package migrate of.
package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/entsql"
	entschema "entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// User has columns of all types.
type User struct{ ent.Schema }

// Annotations of the User.
func (User) Annotations() []entschema.Annotation {
	return []entschema.Annotation{entsql.Checks(map[string]string{"age_is_known": "age > 0"}), entsql.Check("score >= 0")}
}

// Fields of the User.
func (User) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}),
		field.String("name"),
		field.String("email").StorageKey("email_address").Unique(),
		field.Int("age").Default(18),
		field.Int8("tiny"),
		field.Int32("small").Optional(),
		field.Uint32("unsigned"),
		field.Float("score"),
		field.Float32("rate").Default(0.5),
		field.Bool("active").Default(true),
		field.Text("story").Optional(),
		field.Bytes("picture").Optional(),
		field.JSON("settings", map[string]string{}).Optional(),
		field.Enum("role").Values("admin", "user").Default("user"),
		field.Time("created_at").Default(time.Now).Annotations(entsql.Default("CURRENT_TIMESTAMP")),
		field.Time("day").SchemaType(map[string]string{dialect.Postgres: "date"}),
		field.String("code").SchemaType(map[string]string{dialect.Postgres: "varchar(20)"}).Annotations(entsql.DefaultExpr("lower('X')")),
		field.String("gone").Optional(),
		field.String("was_unique").Unique(),
	}
}

// Edges of the User.
func (User) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("pets", Pet.Type).Annotations(entsql.OnDelete(entsql.Cascade)),
		edge.To("groups", Group.Type),
		edge.To("friends", User.Type),
		edge.To("manages", User.Type).From("manager").Unique(),
	}
}

// Indexes of the User.
func (User) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("name", "age").Unique(),
		index.Fields("score").Annotations(entsql.Desc(), entsql.IndexWhere("active")),
		index.Fields("settings").Annotations(entsql.IndexTypes(map[string]string{dialect.Postgres: "GIN"})),
		index.Fields("role").Edges("manager").StorageKey("users_of_a_role_by_their_manager_with_a_name_that_is_longer_than_63"),
		index.Fields("code").Annotations(entsql.IncludeColumns("name")),
		index.Fields("tiny"),
	}
}

// Pet belongs to a User.
type Pet struct{ ent.Schema }

// Fields of the Pet.
func (Pet) Fields() []ent.Field { return []ent.Field{field.String("name")} }

// Edges of the Pet.
func (Pet) Edges() []ent.Edge {
	return []ent.Edge{edge.From("owner", User.Type).Ref("pets").Unique()}
}

// Group has many Users, and a serial key.
type Group struct{ ent.Schema }

// Fields of the Group.
func (Group) Fields() []ent.Field {
	return []ent.Field{field.Int("id").SchemaType(map[string]string{dialect.Postgres: "serial"}), field.String("name")}
}

// Edges of the Group.
func (Group) Edges() []ent.Edge { return []ent.Edge{edge.From("users", User.Type).Ref("groups")} }
