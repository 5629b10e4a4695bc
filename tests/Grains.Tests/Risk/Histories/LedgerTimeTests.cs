using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Desk;
using ControlPlane.Grains.Risk.Ledger;
using ControlPlane.Grains.Risk.Symbols;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Grains.Tests.Risk.Histories;

/// <summary>What a statement has seen is told by the order of what was written, also when the wall clock steps back.</summary>
public sealed class LedgerTimeTests : IDisposable
{
    private static readonly RiskOptions s_options = new();
    private static readonly OrderDesk.Account s_account = new(s_options.Defaults.SetItem(RiskLimitNames.MaxPositionNotional, 100_000).SetItem(RiskLimitNames.MaxOrderNotional, 100_000).SetItem(RiskLimitNames.MaxGrossNotional, 100_000), null, Live: false, 1, SymbolNames.Plain, _ => 1);
    private readonly HistoryClock _clock = new();
    private readonly MemoryLedger _ledger = new();
    private OrderDesk _desk;

    public LedgerTimeTests() => _desk = NewDesk();

    public void Dispose() => _desk.Dispose();

    /// <summary>10 are held by the broker's word, and the exit that left them was filled: a second one would open a position.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task AnExit_FilledAfterAStatement_LeavesNothingToLeave(double step)
    {
        var opened = await GrantAsync(OrderIntent.Open, OrderSide.Buy, 10);
        _ledger.Record(new("t1", "ES", OrderSide.Buy, 10, 100, null, _clock.GetUtcNow(), null, null, null, opened));
        _clock.Pass(3);
        await StateAsync(TimeSpan.FromSeconds(-2));
        Restart(step);
        var exit = await GrantAsync(OrderIntent.Reduce, OrderSide.Sell, 10);
        await _desk.EndAsync(exit, OrderStatus.Filled);
        _clock.Pass(0.01);
        Assert.Equal(["reduce_only"], (await AskAsync(OrderIntent.Reduce, OrderSide.Sell, 10)).Refusals.Select(r => r.Rule));
    }

    /// <summary>The first that a restarted control plane hears of the bot.</summary>
    [Fact]
    public async Task AnEnd_ToldAfterAStatement_IsLaterThanIt()
    {
        var order = await GrantAsync(OrderIntent.Open, OrderSide.Buy, 10);
        _clock.Pass(0.01);
        await StateAsync(TimeSpan.FromSeconds(-2));
        var stated = _clock.GetUtcNow();
        Restart(-1);
        Assert.Null((await _desk.EndAsync(order, OrderStatus.Canceled)).Code);
        var ended = Assert.Single((await _ledger.ListAsync("b", openOnly: false, 9, null, TestContext.Current.CancellationToken)).Items).EndedAt;
        Assert.True(ended > stated, $"{ended:O} is not after {stated:O}");
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(6, false)]
    public void Time_GoesOn_UnlessTheLedgerIsAheadBeyondTheTolerance(double ahead, bool later)
    {
        var time = new LedgerTime(_clock);
        Assert.False(time.IsKnown);
        var told = _clock.GetUtcNow().AddSeconds(ahead);
        time.Read(new([], [], [new PositionEntry("ES") { AsOfReported = told }], null, null, []));
        Assert.True(time.IsKnown);
        var (first, second) = (time.Next(), time.Next());
        Assert.Equal(later, first > told);
        Assert.True(later ? second > first : first == _clock.GetUtcNow());
        _clock.Pass(ahead + 1);
        Assert.Equal(_clock.GetUtcNow(), time.Next());
    }

    private async Task StateAsync(TimeSpan ago)
    {
        var held = _ledger.Describe("ES").Contains("t1", StringComparison.Ordinal) ? 10m : 0;
        Assert.Null((await _desk.ReportAccountAsync(new(_clock.GetUtcNow() + ago, [new("ES", held)], []), SymbolNames.Plain)).Code);
    }

    private void Restart(double step)
    {
        _desk.Dispose();
        _clock.Wall = TimeSpan.FromSeconds(step);
        _clock.Pass(0.01);
        _desk = NewDesk();
    }

    private async Task<string> GrantAsync(OrderIntent intent, OrderSide side, decimal quantity)
    {
        var verdict = await AskAsync(intent, side, quantity);
        Assert.Empty(verdict.Refusals);
        return verdict.OrderId!;
    }

    private Task<OrderDesk.Verdict> AskAsync(OrderIntent intent, OrderSide side, decimal quantity) =>
        _desk.CheckAsync(new("ES", side, quantity, 100, intent, 1, null, Guid.NewGuid().ToString()), s_account);

    private OrderDesk NewDesk() => new("b", _ledger, s_options, _clock, NullLogger.Instance);
}
