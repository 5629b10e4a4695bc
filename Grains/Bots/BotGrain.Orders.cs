using System.Collections.Immutable;
using System.Globalization;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Bots.Traces.Policy;
using ControlPlane.Grains.Gateway.Desk;
using ControlPlane.Grains.Gates.Policy;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Desk;
using ControlPlane.Grains.Risk.Marks;
using ControlPlane.Grains.Risk.SystemLimits;

namespace ControlPlane.Grains.Bots;

/// <summary>The risk engine in front of the bot's orders: first the gate, the lease, the kill and LIVE, then the limits, then the gate again.</summary>
internal sealed partial class BotGrain
{
    // Most bots of a large cluster are at rest: what only orders need comes with the first one.
    private OrderDesk? _desk;
    private SystemDesk? _allBots;
    private RefusalJournal? _refusals;

    private OrderDesk Desk => _desk ??= new(Id, _riskStore, _risk, _time, _logger);

    private SystemDesk AllBots => _allBots ??= new(Id, _riskStore, () => Instruments, _risk, GrainFactory, _time, _logger);

    private RefusalJournal Refusals => _refusals ??= new(Id, _traces, _time, _logger);

    public async Task<OrderAnswer> CheckOrder(OrderCheck order)
    {
        if (State.Spec is not { } spec) return new OrderAnswer { Code = Codes.UnknownBot };
        var barred = OrderGatePolicy.Check(order, OrderGate());
        if (!barred.IsEmpty) return await RefuseAsync(order, barred);
        if (GatewayGatePolicy.Check(order, _leaseMode == TradingMode.Live) is { } onPaper) return await RefuseAsync(order, [onPaper]);
        if (order.Intent == OrderIntent.Cancel) return new OrderAnswer { Allowed = true, TradingState = OrderGate().State, Gate = _gate.Read().Position };

        var account = new OrderDesk.Account(_risk.For(spec.RiskLimits), spec.AllowedSymbols, _leaseMode == TradingMode.Live, State.LeaseEpoch, Names, Instruments.Multiplier, spec.Terms?.Currency);
        if (await MarksAsync(order) is not { } marks) return await RefuseAsync(order, [new(Codes.DataUnavailable, IndependentMarkPolicy.Rule, null, null, "What other bots traded at could not be read in time.")]);
        var collar = account.Limits.GetValueOrDefault(RiskLimitNames.PriceCollarPercent);
        if (IndependentMarkPolicy.Check(order, marks, collar, account.Live) is { } far) return await RefuseAsync(order, [far]);
        var (orderId, broken, fresh) = await AllBots.CheckAsync(order, () => Desk.CheckAsync(order, account), Desk.RevokeAsync);
        if (orderId is null) return await RefuseAsync(order, broken);

        // A kill, a fence or a change of limits that came while the grant was being written wins.
        barred = OrderGatePolicy.Check(order, OrderGate());
        if (barred.IsEmpty && !ReferenceEquals(spec, State.Spec)) barred = [OrderGatePolicy.Changed()];
        if (!barred.IsEmpty)
        {
            if (fresh) await Desk.RevokeAsync(orderId);
            return await RefuseAsync(order, barred);
        }

        return new OrderAnswer { Allowed = true, OrderId = orderId, TradingState = OrderGate().State, Gate = _gate.Read().Position, IndependentMark = order.Intent == OrderIntent.Open ? !marks.IsEmpty : null };
    }

    /// <summary>None for an exit, which no mark holds; null when they could not be read.</summary>
    private async Task<ImmutableArray<decimal>?> MarksAsync(OrderCheck order)
    {
        if (order.Intent != OrderIntent.Open) return [];
        try
        {
            // What passed through the gateway comes from the provider, not from the bot.
            var others = await _riskStore.OtherMarksAsync(Id, Names.Keys(order.Symbol), _time.GetUtcNow().AddSeconds(-_risk.MarkSeconds), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(_risk.StoreSeconds), _time);
            return order.Gateway?.Mark is { } seen ? others.Add(seen) : others;
        }
        catch (Exception e)
        {
            BotLog.LogMarksUnread(_logger, Id, e);
            return null;
        }
    }

    public Task<RiskReport> ReportOrder(string orderId, OrderEnd end) => IfKnown(
        TraceText.IsLine(orderId, TraceRules.MaxId),
        "An order's id is the one that its check has answered with.",
        () => Desk.EndAsync(orderId, end switch { OrderEnd.Filled => OrderStatus.Filled, OrderEnd.Canceled => OrderStatus.Canceled, OrderEnd.Open => OrderStatus.Open, _ => OrderStatus.Rejected }));

    public Task<RiskReport> ReportPosition(PositionReport report)
    {
        if (!report.Settles) return TakePositionAsync(report);
        if (report.By is not { } by) return Task.FromResult(new RiskReport(Codes.Forbidden, "Only an operator settles a position."));
        var act = OperatorAct.Of(
            "position.settle", OperatorAct.Bot(Id), ("reason", report.Reason), ("symbol", report.Symbol), ("quantity", report.Quantity.ToString(CultureInfo.InvariantCulture)));
        return _acts.RunAsync(act, by, () => TakePositionAsync(report), static answer => answer.Code, static refusal => new RiskReport(refusal.Code, refusal.Message));
    }

    private Task<RiskReport> TakePositionAsync(PositionReport report) => IfKnown(
        IsPosition(report.Symbol, report.Quantity) && IsPast(report.AsOf),
        $"A position needs a symbol of 1 to {TraceRules.MaxSymbol} characters, a quantity from -{TraceRules.MaxAmount} to {TraceRules.MaxAmount}, and an 'as_of' that is not ahead of now.",
        () => Desk.ReportPositionAsync(report, Names));

    public async Task<AccountReceipt> ReportAccount(AccountReport account)
    {
        if (State.Spec is null) return new(Codes.UnknownBot, "No such bot is registered.", [], []);
        return account.Positions.All(p => IsPosition(p.Symbol, p.Quantity)) && IsPast(account.AsOf)
            ? await Desk.ReportAccountAsync(account, Names)
            : new(Codes.InvalidRequest, "An account needs an 'as_of' that is not ahead of now, and positions with symbol and quantity.", [], []);
    }

    public async Task<TracePage<OrderView>> GetOrders(bool openOnly, int limit, string? before)
    {
        if (State.Spec is null) return new([], null, Codes.UnknownBot);
        try
        {
            var page = await _riskStore.ListAsync(Id, openOnly, limit, before, CancellationToken.None);
            var now = _time.GetUtcNow();
            return new([.. page.Items.Select(o => Desk.View(o, now))], page.Next, null);
        }
        catch (InvalidCursorException)
        {
            return new([], null, Codes.InvalidRequest);
        }
        catch (Exception)
        {
            return new([], null, Codes.DataUnavailable);
        }
    }

    public Task<RiskReport> ReportMark(string symbol, decimal price) => IfKnown(
        TraceText.IsLine(symbol, TraceRules.MaxSymbol) && Math.Abs(price) <= TraceRules.MaxAmount && price != 0,
        $"A mark needs a symbol of 1 to {TraceRules.MaxSymbol} characters and a price from -{TraceRules.MaxAmount} to {TraceRules.MaxAmount} that is not 0.",
        () => Task.FromResult(Desk.ReportMark(Names.Canonical(symbol), price)));

    private static bool IsPosition(string symbol, decimal quantity) => TraceText.IsLine(symbol, TraceRules.MaxSymbol) && Math.Abs(quantity) <= TraceRules.MaxAmount;

    private bool IsPast(DateTimeOffset? asOf) => asOf is null || asOf <= _time.GetUtcNow() + _traces.ClockTolerance;

    private OrderGate OrderGate()
    {
        var gate = _gate.Read();
        var live = _leaseMode == TradingMode.Live;
        if (!gate.IsLive) return new(false, _kill.Engaged, LeaseLive, State.LeaseEpoch, live, TradingState.Halted, []);
        var (state, codes, _) = BotGatePolicy.Decide(gate.Snapshot!, Report(), LeaseLive, Live.Armed);
        var fenced = gate.Snapshot!.Fence != _leaseFence;
        return new(true, _kill.Engaged || gate.Snapshot.Kill.Engaged, LeaseLive && !fenced, State.LeaseEpoch, live, state, codes);
    }

    /// <summary>Records the refusal as a no-trade, whoever asked and however the store is; the same again within a minute is one.</summary>
    private async Task<OrderAnswer> RefuseAsync(OrderCheck order, ImmutableArray<OrderRefusal> refusals)
    {
        var now = _time.GetUtcNow();
        var noTrade = new NoTradeTrace(
            Guid.CreateVersion7(now).ToString(),
            now,
            TraceText.IsLine(order.Symbol, TraceRules.MaxSymbol) ? order.Symbol : null,
            [.. refusals.Take(TraceRules.MaxReasons).Select(refusal => OrderGatePolicy.ToReason(refusal, order.Gateway))],
            TraceText.IsTraceId(order.TraceId) ? order.TraceId : null);
        var noTradeId = await Refusals.AddAsync(noTrade);
        return new OrderAnswer
        {
            Refusals = refusals,
            NoTradeId = noTradeId,
            TradingState = OrderGate().State,
            Gate = _gate.Read().Position,
        };
    }

    private Task<RiskReport> IfKnown(bool valid, string rule, Func<Task<RiskReport>> report) =>
        State.Spec is null ? Task.FromResult(new RiskReport(Codes.UnknownBot, "No such bot is registered."))
        : valid ? RecheckedAsync(report)
        : Task.FromResult(new RiskReport(Codes.InvalidRequest, rule));
}
