namespace ControlPlane.Silo.Storage.Sql;

/// <summary>An id as a column. In SQLite it is 16 bytes in network order, so that version 7 ids lie in the order of time. In PostgreSQL it is
/// <c>uuid</c>.</summary>
internal readonly record struct Uuid(Guid Value)
{
    public static implicit operator Uuid(Guid value) => new(value);
}
