using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk.Symbols;

namespace ControlPlane.Grains.Risk.Ledger;

/// <summary>Every symbol of a bot, from one reading of the store.</summary>
internal sealed class BotLedgers(RiskBook book, SymbolNames names, Func<string, decimal> multiplier, Func<GrantedOrder, OrderFate> fate, decimal tolerancePercent)
{
    private readonly ImmutableArray<string> _symbols =
    [
        .. book.Trades.Select(t => names.Canonical(t.Symbol)).Concat(book.Positions.Select(p => names.Canonical(p.Symbol)))
            .Concat(book.Orders.Where(o => !o.IsSettled).Select(o => names.Canonical(o.Symbol))).Distinct(StringComparer.Ordinal),
    ];

    public RiskBook Book => book;

    /// <summary>Canonical names of symbols that something is known of.</summary>
    public ImmutableArray<string> Symbols => _symbols;

    public bool MayHold => _symbols.Any(symbol => Of(symbol).MayHold);

    public OrderFate FateOf(GrantedOrder order) => fate(order);

    public PositionEntry Entry(string symbol) => PositionEntries.Merge(symbol, book.Positions, names);

    public SymbolLedger Of(string symbol) => new(
        [.. Trades(symbol).Select(t => new LedgerLot(t.Side, t.Quantity, Worth(t.Price, t.Multiplier, t.Symbol)))],
        Orders(symbol),
        Entry(symbol),
        tolerancePercent);

    public IEnumerable<LedgerTrade> Trades(string symbol) => book.Trades.Where(t => names.Canonical(t.Symbol) == symbol);

    public ImmutableArray<LedgerOrder> Orders(string symbol) => [.. book.Orders.Where(o => !o.IsSettled && names.Canonical(o.Symbol) == symbol).SelectMany(Parts)];

    /// <summary>What the gateway saw filled of an order is held; the rest of it still works.</summary>
    private IEnumerable<LedgerOrder> Parts(GrantedOrder o)
    {
        if (o.Beyond > 0) yield return Part(o, o.Beyond, o.Passage?.SeenPrice ?? o.Price, OrderFate.Filled, o.Passage?.SeenAt ?? o.EndedAt);
        if (o.Status == OrderStatus.Open) yield return Part(o, o.Left, o.Price, fate(o), o.EndedAt);
    }

    private LedgerOrder Part(GrantedOrder o, decimal units, decimal? price, OrderFate fate, DateTimeOffset? endedAt) => new(
        o.OrderId, o.Side, units, price is { } some ? Worth(some, o.Multiplier, o.Symbol) : null, o.Intent, o.OcoGroup, fate, o.GrantedAt, endedAt);

    /// <summary>Value that the positions in all other symbols may come to; null when one of them has no price at all.</summary>
    /// <param name="mark">A fresh price of the symbol, or null.</param>
    public Exact? Gross(string? except, Func<string, decimal?> mark)
    {
        var gross = Exact.Zero;
        foreach (var symbol in _symbols.Where(s => s != except))
        {
            var ledger = Of(symbol);
            Exact? worth = mark(symbol) is { } price ? Worth(price, 1, symbol) : null;
            if (ledger.Value(OrderSide.Buy, worth) is not { } longs || ledger.Value(OrderSide.Sell, worth) is not { } shorts) return null;
            gross += Exact.Max(longs, shorts);
        }

        return gross;
    }

    private Exact Worth(decimal price, decimal own, string symbol) => ((Exact)price).Abs() * Math.Max(own, multiplier(symbol));
}
