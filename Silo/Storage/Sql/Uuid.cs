namespace ControlPlane.Silo.Storage.Sql;

/// <summary>An id as a column: 16 bytes in network order in SQLite, so that version 7 ids lie in the order of time, and <c>uuid</c> in PostgreSQL.</summary>
internal readonly record struct Uuid(Guid Value)
{
    public static implicit operator Uuid(Guid value) => new(value);
}
