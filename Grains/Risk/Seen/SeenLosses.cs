using System.Collections.Immutable;
using ControlPlane.Grains.Risk.Losses;

namespace ControlPlane.Grains.Risk.Seen;

/// <summary>An exit of which the gateway does not know what it realised.</summary>
/// <param name="Units">That are not known.</param>
public sealed record SeenUnknown(string ExitOrderId, decimal Units);

/// <summary>A trade that names an order whose fills the gateway saw.</summary>
/// <param name="Counts">Whether it was realised within the window.</param>
public sealed record SeenTrade(
    string? OrderId, string? CloseOrderId, bool Closed, decimal Quantity, decimal? Pnl, string? Currency, decimal? Rate, bool Counts);

/// <summary>Joins what the gateway reckons with what a bot tells of the same fills. It is never their sum, and what is told can only make a loss
/// larger.</summary>
/// <param name="closes">Within the window, and those of orders that <paramref name="trades"/> name.</param>
/// <param name="unknown">Exits within the window.</param>
internal sealed class SeenLosses(
    IReadOnlyCollection<SeenClose> closes, IReadOnlyCollection<SeenUnknown> unknown, IReadOnlyCollection<SeenTrade> trades, DateTimeOffset from, Currencies currencies)
{
    private readonly ILookup<string, SeenClose> _ofExit = closes.ToLookup(close => close.ExitOrderId, StringComparer.Ordinal);
    private readonly ILookup<string, SeenClose> _ofEntry = closes.ToLookup(close => close.EntryOrderId, StringComparer.Ordinal);
    private readonly Dictionary<string, decimal> _unknown = unknown.GroupBy(u => u.ExitOrderId, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Sum(u => u.Units), StringComparer.Ordinal);

    /// <returns>What is realised within the window, by currency, of all that is given.</returns>
    public IEnumerable<RealisedPart> Parts()
    {
        foreach (var close in closes.Where(close => close.At >= from).GroupBy(close => close.Currency, StringComparer.Ordinal))
            yield return new(close.Key, close.Sum(c => c.Pnl), 0);

        var told = trades.ToLookup(Key);
        foreach (var exit in _unknown.Keys.Where(exit => !told.Contains((Side.Exit, exit)))) yield return new(null, 0, 1);
        foreach (var group in told)
        {
            foreach (var part in group.Key.Side switch
            {
                Side.Exit => OfExit(group.Key.OrderId, [.. group]),
                Side.Entry => OfEntry(group.Key.OrderId, [.. group]),
                _ => Plain(group),
            }) yield return part;
        }
    }

    /// <summary>Where a trade belongs: to the exit that it names, or, closed without one, to its entry.</summary>
    private (Side Side, string OrderId) Key(SeenTrade trade) => trade switch
    {
        { CloseOrderId: { } exit } when IsExit(exit) => (Side.Exit, exit),
        { CloseOrderId: null, Closed: false, OrderId: { } exit } when IsExit(exit) => (Side.Exit, exit),
        { CloseOrderId: null, Closed: true, OrderId: { } entry } when _ofEntry.Contains(entry) => (Side.Entry, entry),
        _ => (Side.None, ""),
    };

    private bool IsExit(string orderId) => _ofExit.Contains(orderId) || _unknown.ContainsKey(orderId);

    private IEnumerable<RealisedPart> OfExit(string exit, SeenTrade[] trades)
    {
        var seen = _ofExit[exit].ToArray();
        if (!_unknown.TryGetValue(exit, out var units)) return Larger(seen, trades);

        // Told of the whole exit, it is the bot's word that counts; what the gateway reckoned of a part is in the sum already.
        if (trades.Where(trade => trade.Pnl is not null).Sum(trade => trade.Quantity) < seen.Sum(close => close.Units) + units) return [new(null, 0, 1)];
        return [.. Plain(trades.Where(trade => trade.Pnl is not null)), .. seen.Where(close => close.At >= from).Select(close => new RealisedPart(close.Currency, -close.Pnl, 0))];
    }

    /// <summary>Closed by nobody knows which exit: known as far as the gateway saw exits of that entry.</summary>
    private IEnumerable<RealisedPart> OfEntry(string entry, SeenTrade[] trades)
    {
        var seen = _ofEntry[entry].ToArray();
        return seen.Sum(close => close.Units) >= trades.Sum(trade => trade.Quantity) ? Larger(seen, trades) : Plain(trades);
    }

    /// <summary>The part of a told loss that is larger than what the gateway reckons.</summary>
    private IEnumerable<RealisedPart> Larger(SeenClose[] seen, SeenTrade[] trades)
    {
        var told = trades.Where(trade => trade is { Counts: true, Pnl: not null }).ToArray();
        if (told.Length == 0) return [];
        var currency = seen.Select(close => close.Currency).FirstOrDefault() ?? currencies.Default;
        decimal? extra = -seen.Sum(close => close.Pnl);
        foreach (var trade in told) extra = Amounts.Plus(extra, Amounts.Times(trade.Pnl, Rate(trade, currency)));

        // Told in a currency without a rate, it may be a larger loss.
        return extra is { } more ? more < 0 ? [new(seen[0].Currency, more, 0)] : [] : [new(seen[0].Currency, 0, 1)];
    }

    private decimal? Rate(SeenTrade trade, string into) => trade.Rate is { } rate
        ? Amounts.Times(rate, currencies.Rate(currencies.Default, into))
        : trade.Currency is { } own ? currencies.Rate(own, into) : 1;

    private static IEnumerable<RealisedPart> Plain(IEnumerable<SeenTrade> trades) => trades.Where(trade => trade.Counts).Select(trade => trade.Rate is { } rate
        ? new RealisedPart(RealisedPart.OfSums, (trade.Pnl ?? 0) * rate, trade.Pnl is null ? 1 : 0)
        : new RealisedPart(trade.Currency, trade.Pnl ?? 0, trade.Pnl is null ? 1 : 0));

    private enum Side
    {
        None = 0,
        Exit = 1,
        Entry = 2,
    }
}
