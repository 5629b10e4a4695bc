using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Traces.Policy;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Ledger;
using ControlPlane.Grains.Risk.Symbols;

namespace ControlPlane.Grains.Tests.Risk.Histories;

/// <summary>One bot's tables in memory. What a write makes of them is the product's, as in both stores; it is part of what is tested.</summary>
internal sealed class MemoryLedger : IRiskStore
{
    private readonly Dictionary<string, GrantedOrder> _orders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TradeTrace> _trades = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PositionEntry> _positions = new(StringComparer.Ordinal);

    /// <summary>The next grant is written, and whoever wrote it is told that it was not.</summary>
    public bool LosesNextGrant { get; set; }

    public Task GrantAsync(string botId, GrantedOrder order, CancellationToken cancellationToken)
    {
        _orders.Add(order.OrderId, order);
        if (!LosesNextGrant) return Task.CompletedTask;
        LosesNextGrant = false;
        return Task.FromException(new TimeoutException());
    }

    public Task<GrantedOrder?> EndAsync(string botId, string orderId, string status, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (!_orders.TryGetValue(orderId, out var order)) return Task.FromResult<GrantedOrder?>(null);
        return Task.FromResult<GrantedOrder?>(_orders[orderId] = order.Ended(status, at));
    }

    public Task<GrantedOrder?> FindClientOrderAsync(string botId, string clientOrderId, CancellationToken cancellationToken) =>
        Task.FromResult(_orders.Values.FirstOrDefault(o => o.ClientOrderId == clientOrderId));

    public Task<Page<GrantedOrder>> ListAsync(string botId, bool openOnly, int limit, string? before, CancellationToken cancellationToken) =>
        Task.FromResult(new Page<GrantedOrder>([.. _orders.Values.Take(limit)], null));

    public Task StateAsync(string botId, BrokerStatement statement, CancellationToken cancellationToken)
    {
        foreach (var id in statement.EndedOrders)
        {
            if (!_orders[id].IsSettled) _orders[id] = _orders[id] with { Status = OrderStatus.Ended, EndedAt = statement.At };
        }

        foreach (var id in statement.RenewedOrders) _orders[id] = _orders[id].Ended(OrderStatus.Open, statement.At);
        var trades = _trades.Values.Where(t => t.ClosedAt is null || t.ClosedAt > statement.AsOf).Select(OrderNaming.ToLedger).ToArray();
        foreach (var stated in statement.Positions)
        {
            _positions[stated.Symbol] = PositionEntries.State(PositionEntries.Merge(stated.Symbol, _positions.Values, statement.Names), stated, statement, trades);
        }

        return Task.CompletedTask;
    }

    public Task<RiskBook> ReadAsync(string botId, IReadOnlyCollection<string> symbolKeys, DateTimeOffset ordersFrom, DateTimeOffset day, CancellationToken cancellationToken) => Task.FromResult(new RiskBook(
        [.. _orders.Values.Where(o => !o.IsSettled || o.GrantedAt >= ordersFrom)], Open(), [.. _positions.Values], null, null, []));

    public Task<ImmutableArray<decimal>> OtherMarksAsync(string botId, IReadOnlyCollection<string> symbolKeys, DateTimeOffset from, CancellationToken cancellationToken) => Task.FromResult<ImmutableArray<decimal>>([]);

    public Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken) => Task.FromResult(0L);

    public void Record(TradeTrace report)
    {
        var known = _trades.GetValueOrDefault(report.TradeId);
        var trade = OrderNaming.Resolve(report, report.OrderId is { } id ? _orders.GetValueOrDefault(id) : null, SymbolNames.Plain);
        var after = known is null ? trade : TradeMerge.Merge(known, trade, SymbolNames.Plain.Same);
        if (after is null || after == known) return;
        _trades[after.TradeId] = after;
        (TradeTrace?, TradeTrace)[] changes = [(known, after)];
        var before = new Dictionary<string, GrantedOrder>(StringComparer.Ordinal);
        foreach (var orderId in LedgerChanges.Orders(changes))
        {
            if (!_orders.TryGetValue(orderId, out var order)) continue;
            before[orderId] = order;
            var filled = OrderFilling.Filled(order, _trades.Values.Select(OrderNaming.ToLedger), SymbolNames.Plain);
            _orders[orderId] = OrderFilling.After(order, filled, LedgerChanges.At(changes, orderId));
        }

        foreach (var (entry, _) in LedgerChanges.Entries(changes, [.. _positions.Values], Open(), before, [.. before.Keys.Select(id => _orders[id])], SymbolNames.Plain)) _positions[entry.Symbol] = entry;
    }

    public string Describe(string symbol) => string.Join("; ",
        _positions.Values.Where(p => p.Symbol == symbol).Select(p => p.ToString())
            .Concat(_trades.Values.Where(t => t.Symbol == symbol).Select(t => $"{t.TradeId} {t.Side} {t.Quantity} closed {t.ClosedAt is not null} at {t.OpenedAt:ss.fff}"))
            .Concat(_orders.Values.Where(o => o.Symbol == symbol && !o.IsSettled).Select(o => $"{o.ClientOrderId} {o.Side} {o.Quantity} left {o.Left} {o.Intent} {o.Status} granted {o.GrantedAt:ss.fff} ended {o.EndedAt:ss.fff}")));

    private ImmutableArray<LedgerTrade> Open() => [.. _trades.Values.Where(t => t.ClosedAt is null).Select(OrderNaming.ToLedger)];
}
