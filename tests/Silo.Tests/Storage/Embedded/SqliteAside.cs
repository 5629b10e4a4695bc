using Microsoft.Data.Sqlite;

namespace ControlPlane.Silo.Tests.Storage.Embedded;

/// <summary>Another program at the same database: looks at it, changes it, or holds its lock.</summary>
internal sealed class SqliteAside : IDisposable
{
    private readonly SqliteConnection _connection;

    private SqliteAside(SqliteConnection connection) => _connection = connection;

    public static SqliteAside Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return new(connection);
    }

    public long Scalar(string sql) => Convert.ToInt64(Command(sql).ExecuteScalar());

    public string Text(string sql) => (string)Command(sql).ExecuteScalar()!;

    public void Execute(string sql) => Command(sql).ExecuteNonQuery();

    public IEnumerable<Guid> Ids(string sql)
    {
        using var rows = Command(sql).ExecuteReader();
        while (rows.Read())
        {
            yield return new Guid((byte[])rows[0], bigEndian: true);
        }
    }

    public void Dispose() => _connection.Dispose();

    private SqliteCommand Command(string sql)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
