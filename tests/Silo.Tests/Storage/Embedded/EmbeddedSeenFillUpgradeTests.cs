using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Losses;
using ControlPlane.Silo.Storage;

namespace ControlPlane.Silo.Tests.Storage.Embedded;

/// <summary>A database from before fills were booked: what was reckoned stays, and an entry that is held is what a later exit closes.</summary>
public sealed class EmbeddedSeenFillUpgradeTests : IAsyncDisposable
{
    private readonly EmbeddedStoreFixture _fixture = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Upgrade_KeepsWhatWasReckoned_AndWhatIsHeld()
    {
        var day = UnixMicroseconds.From(Sample.Noon);
        Directory.CreateDirectory(_fixture.DataDirectory);
        using (var session = SqliteAside.Open(_fixture.DatabasePath))
        {
            session.Execute("CREATE TABLE schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL)");
            foreach (var script in MigrationScript.Of("Embedded").Where(m => m.Version < 18))
            {
                session.Execute(script.Sql);
                session.Execute($"INSERT INTO schema_version VALUES ({script.Version}, '{script.Name}', 0)");
            }

            const string Into = "INSERT INTO checked_orders (bot_id, order_id, symbol, side, quantity, price, intent, lease_epoch, granted_at, status, filled, settled, " +
                "provider, operation, request_hash, route, passage, seen, seen_price, seen_at, matched, seen_pnl) VALUES ";
            string Row(string id, string side, string intent, string seen, string price, string matched, string pnl) =>
                $"('b', '{id}', 'ES', '{side}', '2', '100', '{intent}', 1, {day}, 'filled', '0', 0, 'alpaca', 'POST', 'h', '{{}}', 'answered', '{seen}', {price}, {day}, '{matched}', {pnl})";
            session.Execute(Into + string.Join(", ", Row("old", "buy", "open", "2", "'90'", "2", "NULL"), Row("x", "sell", "reduce", "2", "'80'", "2", "'-20'"), Row("held", "buy", "open", "2", "'100'", "0", "NULL")));
            session.Execute(Into + $"('b', 'y', 'ES', 'sell', '2', '100', 'reduce', 1, {day}, 'open', '0', 0, 'alpaca', 'POST', 'h', '{{}}', 'sent', '0', NULL, NULL, '0', NULL)");
        }

        await using var store = (EmbeddedStore)await _fixture.OpenAsync();
        Assert.Equal(-20, await TodayAsync(store));

        // The exit was granted before the upgrade and is seen after it.
        await store.GatewayOrders.SeeAsync(
            "b", "y", order => order with { Passage = order.Passage! with { Booked = order.Passage.Booked ?? 0, Seen = 2, SeenPrice = 97, SeenAt = Sample.Noon } }, new(string.Equals, _ => 1, "USD"), Sample.Noon, Cancel);
        Assert.Equal(-26, await TodayAsync(store));
    }

    private static async Task<decimal?> TodayAsync(EmbeddedStore store) =>
        new Currencies(new RiskOptions()).Sum((await store.Risk.ReadAsync("b", ["ES"], Sample.Noon, Sample.Noon, Cancel)).RealisedToday, null);
}
