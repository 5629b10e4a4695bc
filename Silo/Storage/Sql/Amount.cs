namespace ControlPlane.Silo.Storage.Sql;

/// <summary>A decimal as a column: text in SQLite, whose numbers are binary fractions, and <c>numeric</c> in PostgreSQL.</summary>
internal readonly record struct Amount(decimal Value)
{
    public static implicit operator Amount(decimal value) => new(value);

    public static implicit operator decimal(Amount amount) => amount.Value;
}
