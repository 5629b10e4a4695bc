using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Ledger;
using ControlPlane.Grains.Risk.Losses;
using ControlPlane.Grains.Risk.Symbols;
using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Secrets.Keys;
using ControlPlane.Grains.Storage.Seals;
using ControlPlane.Grains.Storage.Trust;
using ControlPlane.Silo.Storage.Control.Autonomy;
using ControlPlane.Silo.Storage.Control.Risk;
using ControlPlane.Silo.Storage.Control.Traces;
using ControlPlane.Silo.Storage.Seals.Ledger;
using ControlPlane.Silo.Storage.Sql;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Silo.Tests.Storage;

/// <summary>Orders, trades, positions and seen fills under MACs in a real store, and somebody at its tables who has no key.</summary>
public abstract class LedgerSealCompliance : StoreCompliance
{
    private const string Bot = TraceSample.Bot;

    /// <summary>Each table with a row of the scene, and what the control plane would never do to it.</summary>
    private static readonly (string Table, string Row)[] s_rows =
    [
        ("checked_orders", "order_id = 'b'"),
        ("trade_log", "trade_id = 't1'"),
        ("position_ledger", "symbol = 'ES'"),
        ("seen_lots", "order_id = 'b'"),
        ("seen_closes", "entry_order_id = 'a'"),
    ];

    private readonly StoreWitness _witness = new(new NoWitnessFile(), NullLogger<StoreWitness>.Instance);
    private readonly StoreMacs _macs = new(new ControlPlaneKeys(new Secret("root-secret-of-the-tests-0123456789")));
    private LedgerSeals? _seals;

    /// <summary>The scene's database under keys, and the same without any.</summary>
    internal abstract IControlDatabase Control(LedgerSeals seals);

    /// <summary>Runs a statement beside the program, with the program's rights.</summary>
    internal abstract Task<int> RunAsync(string sql);

    /// <summary>The same as whoever owns the tables.</summary>
    internal abstract Task OwnAsync(string sql);

    /// <summary>The columns of a table with their types, as the database itself tells them.</summary>
    internal abstract Task<IReadOnlyList<(string Name, string Type)>> ColumnsAsync(string table);

    /// <summary>Makes a row one from before there were MACs.</summary>
    internal abstract string Unsign(string table);

    /// <summary>Another value of a column.</summary>
    protected abstract string Other(string column, string type);

    private LedgerSeals Seals => _seals ??= new(_macs, _witness);

    private RiskStore Risk => new(Control(Seals), new Currencies(new RiskOptions()));

    private async Task<ImmutableHashSet<string>> ConfirmAsync()
    {
        var bots = await Ledger.ForgedAsync(Cancel);
        await Ledger.SignAsync(bots, Cancel);
        return bots;
    }

    private SealedLedger Ledger => new(Control(Seals), Seals);

    [Fact]
    public async Task Rows_OfEveryKindOfWrite_Verify()
    {
        await SceneAsync();
        Assert.Null(await Ledger.LookAsync(Cancel));
        Assert.True(Seals.Horizon > 0);
        await ReopenAsync();
        _seals = null;
        Assert.Null(await Ledger.LookAsync(Cancel));
        foreach (var (table, row) in s_rows) Assert.Equal(1, await CountAsync(table, $"{row} AND mac IS NOT NULL AND version > 0"));
        Assert.Equal(0, await CountAsync("checked_orders", "mac IS NULL"));
        Assert.NotEmpty((await ReadAsync()).Orders);
    }

    [Theory]
    [InlineData("checked_orders")]
    [InlineData("trade_log")]
    [InlineData("position_ledger")]
    [InlineData("seen_lots")]
    [InlineData("seen_closes")]
    public async Task Column_ChangedByAnybody_IsNamed(string table)
    {
        await SceneAsync();
        var row = s_rows.Single(r => r.Table == table).Row;
        var tried = 0;

        // The database's own say where to look, and decide nothing. What the row is found by comes last.
        foreach (var (column, type) in (await ColumnsAsync(table)).Where(c => c.Name is not ("id" or "changed_in" or "changed_at" or "version" or "bot_id")).OrderBy(c => row.StartsWith(c.Name + " ", StringComparison.Ordinal)))
        {
            Assert.Null(await Ledger.LookAsync(Cancel));
            Assert.Equal(1, await RunAsync($"UPDATE {table} SET {column} = {Other(column, type)}, version = version + 1 WHERE {row}"));
            var evidence = await Ledger.LookAsync(Cancel);
            Assert.True(evidence?.Contains($"'{table}'", StringComparison.Ordinal), $"{column}: {evidence}");
            Assert.Equal(Bot, Assert.Single(await ConfirmAsync()));
            tried++;
        }

        Assert.True(tried > 6, $"{tried} columns");
    }

    [Fact]
    public async Task Row_PutBackDeletedOrMadeUp_IsRefusedOrNamed()
    {
        await SceneAsync();
        Assert.Null(await Ledger.LookAsync(Cancel));
        foreach (var (table, row) in s_rows)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => RunAsync($"UPDATE {table} SET version = version - 1 WHERE {row}"));
            await Assert.ThrowsAnyAsync<Exception>(() => RunAsync($"UPDATE {table} SET version = version WHERE {row}"));
            await Assert.ThrowsAnyAsync<Exception>(() => RunAsync($"UPDATE {table} SET version = 0 WHERE {row}"));
        }

        foreach (var table in Kept) await Assert.ThrowsAnyAsync<Exception>(() => RunAsync($"DELETE FROM {table} WHERE bot_id = '{Bot}'"));
        Assert.Null(await Ledger.LookAsync(Cancel));

        foreach (var (table, row) in s_rows)
        {
            var columns = string.Join(", ", (await ColumnsAsync(table)).Select(c => c.Name).Where(c => c is not ("id" or "changed_in" or "changed_at" or "bot_id" or "version")));
            await Assert.ThrowsAnyAsync<Exception>(() => RunAsync($"INSERT INTO {table} (bot_id, version, {columns}) SELECT 'other', 0, {columns} FROM {table} WHERE {row}"));
            Assert.Equal(1, await RunAsync($"INSERT INTO {table} (bot_id, version, {columns}) SELECT 'other', 1, {columns} FROM {table} WHERE {row}"));
            Assert.Contains("'other'", await Ledger.LookAsync(Cancel), StringComparison.Ordinal);
            Assert.Contains("other", await ConfirmAsync());
            Assert.Null(await Ledger.LookAsync(Cancel));
        }
    }

    /// <summary>Tables of which no row of the scene may go.</summary>
    protected abstract IReadOnlyList<string> Kept { get; }

    [Theory]
    [InlineData("UPDATE checked_orders SET status = 'canceled', settled = {0}, version = version + 1 WHERE order_id = 'o'")]
    [InlineData("UPDATE trade_log SET pnl = '999', version = version + 1 WHERE trade_id = 't2'")]
    [InlineData("UPDATE position_ledger SET settled = '-5', version = version + 1 WHERE symbol = 'ES'")]
    [InlineData("UPDATE seen_closes SET pnl = '999', version = version + 1")]
    public async Task Check_OfABotWhoseRowsSomebodyChanged_IsRefusedBeforeTheNextLook(string sql)
    {
        await SceneAsync();
        if (!Control(Seals).Sql.IsSqlite) Assert.Null(await Ledger.LookAsync(Cancel));
        Assert.NotEmpty((await ReadAsync()).Orders);
        await RunAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, Control(Seals).Sql.True));
        await Assert.ThrowsAsync<StoreReplacedException>(ReadAsync);
        Assert.Contains(Bot, _witness.Knowledge.Evidence, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreReplacedException>(() => new AutonomyEvidenceStore(Control(Seals)).ReadAsync(Bot, Sample.Noon.AddDays(-9), Sample.Noon, Cancel));

        // Of another bot nothing is wrong.
        Assert.Empty((await Risk.ReadAsync("another", ["ES"], Sample.Noon, Sample.Noon, Cancel)).Orders);
        Assert.Equal(Bot, Assert.Single(await ConfirmAsync()));
        Assert.NotEmpty((await ReadAsync()).Orders);
    }

    [Fact]
    public async Task Order_ThatSomebodyChanged_IsNotSignedAnewByAReport()
    {
        await SceneAsync();
        await RunAsync("UPDATE checked_orders SET quantity = '0.5', version = version + 1 WHERE order_id = 'o'");
        await Assert.ThrowsAsync<StoreReplacedException>(() => Risk.EndAsync(Bot, "o", OrderStatus.Canceled, Sample.Noon, Cancel));
        Assert.NotNull(await Ledger.LookAsync(Cancel));

        // Cancels need to find it all the same.
        Assert.NotEmpty(await new GatewayOrderStore(Control(Seals)).OpenAtProviderAsync("alpaca", Cancel));
    }

    [Fact]
    public async Task Upgrade_SignsRowsFromBeforeOnce()
    {
        await SceneAsync();
        foreach (var (table, _) in s_rows) await OwnAsync(Unsign(table));
        _seals = null;
        Assert.NotEmpty((await ReadAsync()).Orders);
        Assert.True(await Ledger.SignFirstAsync(Cancel) >= s_rows.Length);
        Assert.Equal(0, await Ledger.SignFirstAsync(Cancel));
        foreach (var (table, row) in s_rows) Assert.Equal(1, await CountAsync(table, $"{row} AND mac IS NOT NULL AND version = 1"));
        Assert.Null(await Ledger.LookAsync(Cancel));
        Assert.Equal(OrderStatus.Canceled, (await Risk.EndAsync(Bot, "o", OrderStatus.Canceled, Sample.Noon, Cancel))!.Status);
        Assert.Null(await Ledger.LookAsync(Cancel));
    }

    [Fact]
    public async Task AnotherKey_VerifiesNothing()
    {
        await SceneAsync();
        var other = new LedgerSeals(new StoreMacs(new ControlPlaneKeys(new Secret("another-root-secret-of-the-tests-9876"))), _witness);
        Assert.NotNull(await new SealedLedger(Control(other), other).LookAsync(Cancel));
    }

    /// <summary>What MACs cost a check's read, a grant and a fill, side by side with the same store without a key.</summary>
    [Fact(Explicit = true)]
    public async Task Cost_OfMacs_SideBySide()
    {
        const int Rounds = 300;
        const int Open = 20;
        var took = new Dictionary<(string What, bool Macs), List<double>>();
        async Task MeasureAsync(string what, bool macs, Func<Task> act)
        {
            var begun = System.Diagnostics.Stopwatch.GetTimestamp();
            await act();
            if (!took.TryGetValue((what, macs), out var list)) took[(what, macs)] = list = [];
            list.Add(System.Diagnostics.Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }

        var sides = new[] { (Macs: false, Control: Control(LedgerSeals.None)), (Macs: true, Control: Control(Seals)) };
        foreach (var (macs, control) in sides)
            for (var i = 0; i < Open; i++) await new RiskStore(control, new Currencies(new RiskOptions())).GrantAsync($"cost-{macs}", Order($"open-{i}", OrderIntent.Open), Cancel);
        for (var round = 0; round < Rounds; round++)
        {
            // As the watch does every two seconds.
            if (round % 20 == 0) Seals.Horizon = Control(Seals).Sql.IsSqlite ? 1 : await Control(Seals).FirstAsync<long>("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint", null, Cancel);
            foreach (var (macs, control) in round % 2 == 0 ? sides : Enumerable.Reverse(sides))
            {
                var (bot, id) = ($"cost-{macs}", $"o-{round}");
                var (risk, trades) = (new RiskStore(control, new Currencies(new RiskOptions())), new TradeStore(control));
                await MeasureAsync("check", macs, () => risk.ReadAsync(bot, ["ES"], Sample.Noon.AddHours(1), Sample.Noon.AddHours(-12), Cancel));
                await MeasureAsync("grant", macs, () => risk.GrantAsync(bot, Order(id, OrderIntent.Open), Cancel));
                await MeasureAsync("fill", macs, () => trades.AppendAsync(bot, [TraceSample.Trade(id, closed: Sample.Noon.AddDays(-3), pnl: 1) with { OrderId = id, CountsAt = Sample.Noon.AddDays(-3) }], Cancel));
            }
        }

        foreach (var what in new[] { "check", "grant", "fill" })
        {
            var (without, with) = (Median(took[(what, false)]), Median(took[(what, true)]));
            TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {without:0.000} ms without MACs, {with:0.000} ms with, {with / without:0.00} times");
        }

        static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);
    }

    private Task<RiskBook> ReadAsync() => Risk.ReadAsync(Bot, ["ES"], Sample.Noon.AddHours(-1), Sample.Noon.AddHours(-12), Cancel);

    private async Task<int> CountAsync(string table, string condition) => (await Control(LedgerSeals.None).ListAsync<long>($"SELECT 1 FROM {table} WHERE {condition}", null, Cancel)).Length;

    /// <summary>An order that is open, fills that the gateway saw, one of them closed, a trade that is open and one with a loss, and a position report.</summary>
    private async Task SceneAsync()
    {
        var gateway = new GatewayOrderStore(Control(Seals));
        var trades = new TradeStore(Control(Seals));
        await Risk.GrantAsync(Bot, Order("o", OrderIntent.Open) with { TraceId = TraceSample.Trace, ClientOrderId = "c", OcoGroup = "g", RenewedAt = Sample.Noon }, Cancel);
        foreach (var (id, intent, price) in new[] { ("b", OrderIntent.Open, 100m), ("a", OrderIntent.Open, 101m), ("x", OrderIntent.Reduce, 90m) })
        {
            await Risk.GrantAsync(Bot, Order(id, intent), Cancel);
            await gateway.SeeAsync(
                Bot,
                id,
                order => order with { Passage = order.Passage! with { State = PassageState.Answered, ProviderOrderId = "p" + id, Seen = 2, SeenPrice = price, SeenAt = Sample.Noon, SeenFee = 0.1m } },
                new(string.Equals, _ => 1, "USD"),
                Sample.Noon,
                Cancel);
        }

        await trades.AppendAsync(Bot, [TraceSample.Trade("t1") with { OrderId = "b", ReceivedAt = Sample.Noon }], Cancel);
        await trades.AppendAsync(Bot, [TraceSample.Trade("t1", quantity: 2.5m) with { OrderId = "b", ReceivedAt = Sample.Noon }], Cancel);
        await trades.AppendAsync(Bot, [TraceSample.Trade("t2", pnl: -7, closed: Sample.Noon) with { Currency = "USD", ReceivedAt = Sample.Noon }], Cancel);
        await Risk.StateAsync(Bot, new(Sample.Noon, Sample.Noon, [new("ES", 4, StatementKind.Report)], 0.5m, [], ["o"], SymbolNames.Plain), Cancel);
    }

    private static GrantedOrder Order(string id, OrderIntent intent) => new(
        id, "ES", intent == OrderIntent.Open ? OrderSide.Buy : OrderSide.Sell, 2, 100, intent, 1, Sample.Noon, OrderStatus.Open, 0, null)
    {
        Passage = new("alpaca", "paper", "POST /v2/orders", new string('a', 64), "{}") { State = PassageState.Sent, Booked = 0 },
    };
}
