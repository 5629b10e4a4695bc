namespace ControlPlane.Silo.Storage.Sql;

/// <summary>Keys for <see cref="SqlDialect.In"/>: a JSON text in SQLite, an array in PostgreSQL. One parameter however many there are, so that the
/// statement stays the same.</summary>
/// <param name="Keys">Texts or whole numbers.</param>
internal readonly record struct KeyList(Array Keys)
{
    public static KeyList Of(IEnumerable<string> keys) => new(keys.ToArray());

    public static KeyList Of(IEnumerable<long> keys) => new(keys.ToArray());
}
