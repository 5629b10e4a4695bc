using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk.Ledger;
using ControlPlane.Grains.Risk.Symbols;

namespace ControlPlane.Grains.Risk.Desk;

/// <summary>Takes what the broker says of a bot's positions and orders.</summary>
internal sealed class BrokerReports(string botId, IRiskStore store, RiskOptions options)
{
    /// <summary>One position. An operator's word settles it, with the orders of the symbol that nobody told the end of.</summary>
    public async Task<bool> PositionAsync(PositionReport report, SymbolNames names, BotLedgers ledgers, DateTimeOffset now)
    {
        var symbol = names.Canonical(report.Symbol);
        var asOf = report.AsOf ?? now;
        var ended = report.Settles
            ? ledgers.Orders(symbol).Where(o => o.Fate != OrderFate.Working && o.GrantedAt <= asOf).Select(o => o.OrderId).ToArray()
            : [];
        await WriteAsync([new(symbol, report.Quantity, report.Settles ? StatementKind.Settle : StatementKind.Report)], asOf, ended, [], names, now);
        return true;
    }

    /// <summary>The whole account. What the orders that are over could have filled explains a difference; beyond that it is a contradiction.</summary>
    public async Task<AccountReceipt> AccountAsync(AccountReport account, SymbolNames names, BotLedgers ledgers, DateTimeOffset now)
    {
        var told = account.Positions.GroupBy(p => names.Canonical(p.Symbol), StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Sum(p => p.Quantity), StringComparer.Ordinal);
        if (await IsBeforeAnyGrantAsync(ledgers))
        {
            var aside = told.Keys.Concat(ledgers.Symbols).Distinct(StringComparer.Ordinal).Select(s => new StatedPosition(s, told.GetValueOrDefault(s), StatementKind.SetAside)).ToArray();
            await WriteAsync(aside, account.AsOf, [], [], names, now);
            return new(null, null, [], []);
        }

        var unsettled = ledgers.Book.Orders.Where(o => !o.IsSettled && o.GrantedAt <= account.AsOf).ToArray();
        var open = account.OpenOrders.ToHashSet(StringComparer.Ordinal);
        bool Listed(GrantedOrder o) => open.Contains(o.OrderId) || (o.ClientOrderId is { } own && open.Contains(own));
        ImmutableArray<string> ended = [.. unsettled.Where(o => !Listed(o)).Select(o => o.OrderId)];
        string[] renewed = [.. unsettled.Where(o => Listed(o) && o.Status == OrderStatus.Open).Select(o => o.OrderId)];
        var statements = new List<StatedPosition>();
        var contradictions = new List<string>();
        foreach (var symbol in told.Keys.Concat(ledgers.Symbols).Distinct(StringComparer.Ordinal))
        {
            var agrees = Agrees(symbol, told.GetValueOrDefault(symbol), account.AsOf, names, ledgers);

            // It may have seen a fill that the gateway saw after its moment, or not: then it is held against the ledger alone.
            var later = ledgers.Book.Orders.Any(o => o.Beyond > 0 && o.Passage?.SeenAt > account.AsOf && names.Canonical(o.Symbol) == symbol);
            statements.Add(new(symbol, told.GetValueOrDefault(symbol), agrees && !later ? StatementKind.Settle : StatementKind.Report));
            if (!agrees) contradictions.Add(symbol);
        }

        await WriteAsync(statements, account.AsOf, ended, renewed, names, now);
        return new(null, null, ended, [.. contradictions]);
    }

    private bool Agrees(string symbol, decimal quantity, DateTimeOffset asOf, SymbolNames names, BotLedgers ledgers)
    {
        var entry = PositionEntries.State(
            ledgers.Entry(symbol), new(symbol, quantity, StatementKind.Report), new(asOf, asOf, [], options.PositionTolerancePercent, [], [], names), ledgers.Trades(symbol));

        // That an order was reported filled is the bot's word; here the broker speaks.
        ImmutableArray<LedgerOrder> orders = [.. ledgers.Orders(symbol).Select(o => o with { Fate = OrderFate.Working })];
        var trades = SymbolLedger.Sum(ledgers.Trades(symbol).Select(t => (Exact)t.SignedUnits));
        return PositionReading.Of(trades, trades + entry.Offset, orders, entry, asOf, options.PositionTolerancePercent, Exact.Zero, Exact.Zero).Agrees;
    }

    /// <summary>Nothing was granted and nothing traded: what the broker has is not this bot's.</summary>
    private async Task<bool> IsBeforeAnyGrantAsync(BotLedgers ledgers) =>
        ledgers.Book.Orders.IsEmpty && ledgers.Book.Trades.IsEmpty && ledgers.Book.Positions.All(p => p.AsOf is null && p.OffsetAt is null)
        && (await store.ListAsync(botId, openOnly: false, 1, null, CancellationToken.None)).Items.IsEmpty;

    private Task WriteAsync(IReadOnlyList<StatedPosition> positions, DateTimeOffset asOf, IReadOnlyList<string> ended, IReadOnlyList<string> renewed, SymbolNames names, DateTimeOffset now) =>
        store.StateAsync(botId, new(asOf, now, positions, options.PositionTolerancePercent, ended, renewed, names), CancellationToken.None);
}
