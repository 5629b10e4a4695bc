using ControlPlane.Silo.Storage.Embedded;
using ControlPlane.Silo.Storage.Seals.Ledger;
using ControlPlane.Silo.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace ControlPlane.Silo.Tests.Storage.Embedded;

public sealed class EmbeddedLedgerSealTests : LedgerSealCompliance
{
    private EmbeddedStoreFixture? _fixture;

    /// <summary>Settled rows may go at any time: the file has one owner.</summary>
    protected override IReadOnlyList<string> Kept { get; } = ["checked_orders", "trade_log", "position_ledger", "seen_lots"];

    protected override Task<IStoreFixture> CreateAsync() => Task.FromResult<IStoreFixture>(_fixture = new EmbeddedStoreFixture());

    internal override IControlDatabase Control(LedgerSeals seals) => new EmbeddedControlDatabase(((EmbeddedStore)Store).Database, seals);

    internal override Task<int> RunAsync(string sql)
    {
        using var aside = new SqliteConnection($"Data Source={_fixture!.DatabasePath};Pooling=False");
        aside.Open();
        using var command = aside.CreateCommand();
        command.CommandText = sql;
        return Task.FromResult(command.ExecuteNonQuery());
    }

    internal override Task OwnAsync(string sql) => RunAsync(sql);

    internal override Task<IReadOnlyList<(string Name, string Type)>> ColumnsAsync(string table)
    {
        using var aside = new SqliteConnection($"Data Source={_fixture!.DatabasePath};Pooling=False");
        aside.Open();
        using var command = aside.CreateCommand();
        command.CommandText = $"SELECT name, type FROM pragma_table_info('{table}')";
        using var rows = command.ExecuteReader();
        var columns = new List<(string, string)>();
        while (rows.Read()) columns.Add((rows.GetString(0), rows.GetString(1)));
        return Task.FromResult<IReadOnlyList<(string Name, string Type)>>(columns);
    }

    internal override string Unsign(string table) => $"DROP TRIGGER {table}_versions; UPDATE {table} SET version = 0, mac = NULL";

    protected override string Other(string column, string type) => type == "TEXT"
        ? $"COALESCE({column}, '') || '1'"
        : $"CASE COALESCE({column}, 0) WHEN 0 THEN 1 WHEN 1 THEN 0 ELSE {column} + 1 END";
}
