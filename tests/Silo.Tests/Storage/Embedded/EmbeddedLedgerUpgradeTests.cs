using ControlPlane.Grains.Risk;
using ControlPlane.Silo.Hosting;
using ControlPlane.Silo.Storage;
using ControlPlane.Silo.Storage.Control.Risk;
using ControlPlane.Silo.Storage.Embedded;

namespace ControlPlane.Silo.Tests.Storage.Embedded;

/// <summary>A database from before the ledger: it starts from the recorded trades and the last reports, and what became of the rest is told once.</summary>
public sealed class EmbeddedLedgerUpgradeTests : IAsyncDisposable
{
    private readonly EmbeddedStoreFixture _fixture = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Upgrade_StartsFromTradesAndReports_AndTellsOnceWhatItEnded()
    {
        var day = UnixMicroseconds.From(Sample.Noon);
        Directory.CreateDirectory(_fixture.DataDirectory);
        using (var session = SqliteAside.Open(_fixture.DatabasePath))
        {
            session.Execute("CREATE TABLE schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL)");
            foreach (var script in MigrationScript.Of("Embedded").Where(m => m.Version < 10))
            {
                session.Execute(script.Sql);
                session.Execute($"INSERT INTO schema_version VALUES ({script.Version}, '{script.Name}', 0)");
            }

            session.Execute(
                "INSERT INTO checked_orders (bot_id, order_id, symbol, side, quantity, price, intent, lease_epoch, granted_at, status, filled) VALUES " +
                $"('b', 'silent', 'ES', 'buy', '5', '100', 'open', 1, {day}, 'open', '0'), ('b', 'done', 'ES', 'buy', '2', '100', 'open', 1, {day}, 'filled', '2')");
            session.Execute(
                "INSERT INTO trade_log (bot_id, trade_id, symbol, side, quantity, price, opened_at, order_id) VALUES " +
                $"('b', 't1', 'ES', 'buy', '2', '100', {day}, 'done'), ('b', 't2', 'E/S', 'buy', '3', '100', {day}, NULL), ('b', 't3', 'NQ', 'sell', '1', '50', {day}, NULL)");
            session.Execute($"INSERT INTO bot_positions VALUES ('b', 'ES', '6', '1', {day + 1})");
        }

        await using var store = (EmbeddedStore)await _fixture.OpenAsync();
        var book = await store.Risk.ReadAsync("b", ["ES"], Sample.Noon.AddDays(-1), Sample.Noon, Cancel);
        Assert.All(book.Orders, o => Assert.True(o.IsSettled));
        Assert.Equal([("done", OrderStatus.Filled), ("silent", OrderStatus.Ended)], book.Orders.Select(o => (o.OrderId, o.Status)).Order());
        Assert.Equal(["t1", "t2", "t3"], book.Trades.Select(t => t.TradeId).Order());
        var entry = Assert.Single(book.Positions);
        Assert.Equal(("ES", 6m, 1m, 1m), (entry.Symbol, entry.Reported!.Value, entry.Drift, entry.Offset));

        var upgrade = new LedgerUpgradeStore(new EmbeddedControlDatabase(store.Database));
        var told = await upgrade.ReadUntoldAsync(Cancel);
        Assert.Equal(new LedgerUpgrade(1, 2), told);
        var fact = LedgerUpgradeReport.Fact(told!, Sample.Noon);
        Assert.Equal(("ledger.upgrade", "1", "2"), (fact.Action, fact.Details["orders_ended"], fact.Details["trades_without_order"]));
        await upgrade.SetToldAsync(Cancel);
        Assert.Null(await upgrade.ReadUntoldAsync(Cancel));
    }

    [Fact]
    public async Task NewDatabase_HasNothingToTell()
    {
        await using var store = (EmbeddedStore)await _fixture.OpenAsync();
        Assert.Null(await new LedgerUpgradeStore(new EmbeddedControlDatabase(store.Database)).ReadUntoldAsync(Cancel));
    }
}
