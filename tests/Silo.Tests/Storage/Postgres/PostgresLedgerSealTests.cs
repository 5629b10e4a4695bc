using ControlPlane.Silo.Storage.Postgres;
using ControlPlane.Silo.Storage.Seals.Ledger;
using ControlPlane.Silo.Storage.Sql;
using Npgsql;

namespace ControlPlane.Silo.Tests.Storage.Postgres;

/// <summary>The program and whoever attacks it hold the documented runtime role.</summary>
public sealed class PostgresLedgerSealTests : LedgerSealCompliance
{
    private TestDatabase? _database;

    protected override IReadOnlyList<string> Kept { get; } = ["checked_orders", "trade_log", "position_ledger", "seen_lots", "seen_closes"];

    protected override async Task<IStoreFixture> CreateAsync() => new LeastRightsFixture(_database = await PostgresRights.CreateAsync());

    internal override IControlDatabase Control(LedgerSeals seals) => new PostgresControlDatabase(((PostgresStore)Store).Database, seals);

    internal override async Task<int> RunAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_database!.As(PostgresRights.Runtime) + ";Pooling=false;Search Path=controlplane");
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteNonQueryAsync(Cancel);
    }

    internal override Task OwnAsync(string sql) => PostgresRights.RunAsync(_database!.As(PostgresRights.Owner) + ";Search Path=controlplane", sql);

    internal override async Task<IReadOnlyList<(string Name, string Type)>> ColumnsAsync(string table)
    {
        await using var source = NpgsqlDataSource.Create(_database!.As(PostgresRights.Runtime) + ";Pooling=false");
        await using var command = source.CreateCommand(
            $"SELECT attname::text, atttypid::regtype::text FROM pg_attribute WHERE attrelid = 'controlplane.{table}'::regclass AND attnum > 0 AND NOT attisdropped");
        await using var rows = await command.ExecuteReaderAsync(Cancel);
        var columns = new List<(string, string)>();
        while (await rows.ReadAsync(Cancel)) columns.Add((rows.GetString(0), rows.GetString(1)));
        return columns;
    }

    internal override string Unsign(string table) =>
        $"ALTER TABLE {table} DISABLE TRIGGER ledger_guard;\nUPDATE {table} SET version = 0, mac = NULL;\nALTER TABLE {table} ENABLE TRIGGER ledger_guard";

    protected override string Other(string column, string type) => type switch
    {
        "text" => $"COALESCE({column}, '') || '1'",
        "boolean" => $"NOT {column}",
        "timestamp with time zone" => $"COALESCE({column}, now()) + interval '1 microsecond'",
        _ => $"COALESCE({column}, 0) + 1",
    };

    [Fact]
    public async Task Rows_BeyondTheRetention_GoOnceTheyAreSettled()
    {
        await Risk.GrantAsync(TraceSample.Bot, Settled("old"), Cancel);
        Assert.Equal(0, await Risk.PurgeAsync(Sample.Noon.AddYears(9), Cancel));
        await Assert.ThrowsAnyAsync<PostgresException>(() => RunAsync("UPDATE ledger_retention SET days = 0"));
        await Assert.ThrowsAnyAsync<PostgresException>(() => RunAsync("UPDATE checked_orders SET changed_at = now() - interval '91 days' WHERE order_id = 'old'"));
        await OwnAsync("UPDATE ledger_retention SET days = 0");
        Assert.Equal(1, await Risk.PurgeAsync(Sample.Noon.AddYears(9), Cancel));
    }

    private ControlPlane.Grains.Risk.IRiskStore Risk => ((ITraceStoresUnderTest)Store).Risk;

    private static ControlPlane.Grains.Risk.GrantedOrder Settled(string id) => new(
        id, "ES", ControlPlane.Abstractions.OrderSide.Buy, 1, 1, ControlPlane.Abstractions.OrderIntent.Open, 1, Sample.Noon, ControlPlane.Grains.Risk.OrderStatus.Canceled, 0, null);
}
