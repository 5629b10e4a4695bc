using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gateway.Settlement;
using ControlPlane.Grains.Risk.Losses;
using ControlPlane.Grains.Risk.Ledger;
using ControlPlane.Grains.Risk.Symbols;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Risk.Desk;

/// <summary>Evaluates a bot's orders one after the other, so that two can't both take the last room under a limit. It writes a grant before it answers.
/// Everything that outlives the process is read from the store for each order; what can't be read in time refuses.</summary>
internal sealed partial class OrderDesk(string botId, IRiskStore store, RiskOptions options, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly GrantMemory _grants = new(time);
    private readonly LedgerTime _ledgerTime = new(time);
    private readonly MarketMarks _marks = new(time, TimeSpan.FromSeconds(options.MarkSeconds));
    private readonly TimeSpan _timeout = TimeSpan.FromSeconds(options.StoreSeconds);
    private readonly BrokerReports _broker = new(botId, store, options);

    /// <summary>What the bot's own configuration says of its orders.</summary>
    internal sealed record Account(
        ImmutableSortedDictionary<string, decimal> Limits,
        ImmutableSortedSet<string>? AllowedSymbols,
        bool Live,
        long LeaseEpoch,
        SymbolNames Names,
        Func<string, decimal> Multiplier,
        string? Currency = null);

    /// <summary>A granted order, or every rule that it breaks.</summary>
    /// <param name="Fresh">False for a grant that was answered before.</param>
    internal readonly record struct Verdict(string? OrderId, ImmutableArray<OrderRefusal> Refusals, bool Fresh);

    public async Task<Verdict> CheckAsync(OrderCheck check, Account account)
    {
        var startedAt = time.GetTimestamp();
        if (!await _turn.WaitAsync(_timeout)) return Refused(Unreadable());
        try
        {
            return await EvaluateAsync(check, account, startedAt);
        }
        catch (Exception e)
        {
            LogUnreadable(logger, botId, e);
            return Refused(Unreadable());
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes a grant back that must not be used after all. It counts as open until that is written.</summary>
    public async Task RevokeAsync(string orderId)
    {
        try
        {
            await store.EndAsync(botId, orderId, OrderStatus.Revoked, _ledgerTime.Next(), CancellationToken.None);
        }
        catch (Exception e)
        {
            LogUnwritten(logger, botId, e);
        }
    }

    public Task<RiskReport> EndAsync(string orderId, string status) => Report(
        async () =>
        {
            if (!_ledgerTime.IsKnown) await LedgersAsync(SymbolNames.Plain);
            if (await store.EndAsync(botId, orderId, status, _ledgerTime.Next(), CancellationToken.None) is null) return new(Codes.InvalidRequest, "No order of this id was granted to this bot.");
            if (status == OrderStatus.Open) _grants.Add(orderId, time.GetUtcNow());
            return new RiskReport(null, null);
        },
        Unwritten);

    public Task<RiskReport> ReportPositionAsync(PositionReport report, SymbolNames names) => Report(
        async () =>
        {
            await InTurnAsync(async () => await _broker.PositionAsync(report, names, await LedgersAsync(names), _ledgerTime.Next()));
            return new RiskReport(null, null);
        },
        Unwritten);

    public Task<AccountReceipt> ReportAccountAsync(AccountReport account, SymbolNames names) => Report(
        () => InTurnAsync(async () => await _broker.AccountAsync(account, names, await LedgersAsync(names), _ledgerTime.Next())),
        (code, message) => new AccountReceipt(code, message, [], []));

    public RiskReport ReportMark(string symbol, decimal price) =>
        _marks.Report(symbol, price) ? new(null, null) : new(Codes.RateLimited, "There are marks of too many symbols.");

    public OrderView View(GrantedOrder order, DateTimeOffset now) => new(
        order.OrderId, order.ClientOrderId, order.Symbol, order.Side, order.Quantity, order.Left, order.Price, order.Intent, order.OcoGroup,
        order.Status == OrderStatus.Open && (FateOf(order, now) == OrderFate.Silent || order.Passage?.State == PassageState.Sent) ? "unknown" : order.Status, order.GrantedAt, order.Multiplier) { Provider = order.Passage?.Provider };

    /// <summary>True when the bot holds or may hold a position, or has orders whose end nobody has told of.</summary>
    /// <exception cref="Exception">That could not be read in time.</exception>
    public async Task<bool> MayHoldAsync(SymbolNames names) => (await LedgersAsync(names).WaitAsync(_timeout, time)).MayHold;

    /// <summary>Whether an order on this side would be an exit: it truly reduces, together with the exits that still work.</summary>
    /// <exception cref="Exception">That could not be read in time.</exception>
    public async Task<bool> ReducesAsync(string symbol, OrderSide side, decimal quantity, SymbolNames names)
    {
        var ledger = (await LedgersAsync(names).WaitAsync(_timeout, time)).Of(names.Canonical(symbol));
        var room = side == OrderSide.Sell ? ledger.RoomLong : ledger.RoomShort;
        return SymbolLedger.Leaving(ledger.Exits(side).Select(o => (o.OcoGroup, o.Left)).Append((null, quantity))) <= room;
    }

    /// <summary>What is held, by the ledger, and whether working exits cover it. A position that is not known has no answer to that.</summary>
    public async Task<ImmutableArray<OpenPosition>> OpenPositionsAsync(SymbolNames names)
    {
        var ledgers = await LedgersAsync(names).WaitAsync(_timeout, time);
        return
        [
            .. ledgers.Symbols.Select(symbol => (Symbol: symbol, Ledger: ledgers.Of(symbol))).Where(held => !held.Ledger.Held.IsZero || !held.Ledger.Known)
                .Select(held => new OpenPosition(held.Symbol, held.Ledger.Held.ToDecimal() ?? 0, held.Ledger.Known ? IsCovered(held.Ledger) : null)),
        ];

        static bool IsCovered(SymbolLedger ledger) => SymbolLedger.Leaving(
            ledger.Exits(ledger.Held.Sign > 0 ? OrderSide.Sell : OrderSide.Buy).Where(exit => exit.Fate == OrderFate.Working).Select(exit => (exit.OcoGroup, exit.Left))) >= ledger.Held.Abs();
    }

    /// <summary>Whether something is held that an exit on this side would close.</summary>
    public async Task<bool> HoldsAsync(string symbol, OrderSide side, SymbolNames names)
    {
        var ledger = (await LedgersAsync(names).WaitAsync(_timeout, time)).Of(names.Canonical(symbol));
        return side == OrderSide.Sell ? ledger.RoomLong.Sign > 0 : ledger.RoomShort.Sign > 0;
    }

    /// <summary>The last price that is known of a symbol, or null when none is fresh.</summary>
    public async Task<decimal?> MarkAsync(string symbol, SymbolNames names)
    {
        var now = time.GetUtcNow();
        return _marks.Of(names.Canonical(symbol), await store.ReadAsync(botId, names.Keys(symbol), now, Day(now), CancellationToken.None).WaitAsync(_timeout, time), now);
    }

    /// <summary>Unsettled orders of a symbol.</summary>
    public async Task<ImmutableArray<GrantedOrder>> UnsettledAsync(string symbol, SymbolNames names) =>
        [.. (await LedgersAsync(names)).Book.Orders.Where(o => !o.IsSettled && names.Same(o.Symbol, symbol))];

    /// <summary>The time of what is written now.</summary>
    public DateTimeOffset Now() => _ledgerTime.Next();

    public Task<T> InTurn<T>(Func<Task<T>> work) => InTurnAsync(work);

    /// <summary>Writes what the ledger says something of, and no order is evaluated between the two.</summary>
    public Task<T> InTurn<T>(SymbolNames names, Func<BotLedgers, BrokerReports, DateTimeOffset, Task<T>> work) =>
        InTurnAsync(async () => await work(await LedgersAsync(names).WaitAsync(_timeout, time), _broker, _ledgerTime.Next()));

    public void Dispose() => _turn.Dispose();

    private async Task<Verdict> EvaluateAsync(OrderCheck check, Account account, long startedAt)
    {
        var now = time.GetUtcNow();
        var known = check.ClientOrderId is { } clientId ? await store.FindClientOrderAsync(botId, clientId, CancellationToken.None).WaitAsync(Left(startedAt), time) : null;
        if (known is not null && OrderIdentity.Check(known, check, account.Names) is { } reused) return Refused(reused);

        var book = _ledgerTime.Read(await store.ReadAsync(botId, account.Names.Keys(check.Symbol), _grants.From(now, Lookback(account)), Day(now), CancellationToken.None).WaitAsync(Left(startedAt), time));
        if (known is not null) book = book with { Orders = [.. book.Orders.Where(o => o.OrderId != known.OrderId)] };
        var order = new RiskOrder(account.Names.Canonical(check.Symbol), check.Side, check.Quantity, check.Price, check.Intent)
        {
            Multiplier = check.Multiplier > 0 ? Math.Max(check.Multiplier, account.Multiplier(check.Symbol)) : check.Multiplier,
            OcoGroup = check.OcoGroup,
        };
        var refusals = RiskEngine.Check(order, account.Limits, Facts(book, order, account, now));
        if (!refusals.IsEmpty) return new(null, refusals, false);
        if (known is not null) return new(known.OrderId, [], false);

        // Should the answer of the store be lost, the order may be on disk: it then counts, by this clock.
        var grantedAt = _ledgerTime.Next();
        var granted = new GrantedOrder(
            Guid.CreateVersion7(grantedAt).ToString(), check.Symbol, check.Side, check.Quantity, check.Price, check.Intent, account.LeaseEpoch, grantedAt, OrderStatus.Open, 0, check.TraceId)
        {
            ClientOrderId = check.ClientOrderId,
            Multiplier = order.Multiplier,
            OcoGroup = check.OcoGroup,
            Passage = check.Gateway is { } gateway ? PassagePolicy.Grant(gateway, grantedAt, TimeSpan.FromSeconds(options.OpenOrderSeconds)) : null,
        };
        _grants.Add(granted.OrderId, grantedAt);
        await store.GrantAsync(botId, granted, CancellationToken.None).WaitAsync(Left(startedAt), time);
        return new(granted.OrderId, [], true);
    }

    private RiskFacts Facts(RiskBook book, RiskOrder order, Account account, DateTimeOffset now)
    {
        var ledgers = new BotLedgers(book, account.Names, account.Multiplier, o => FateOf(o, now), options.PositionTolerancePercent);
        return new(
            ledgers.Of(order.Symbol),
            [.. book.Orders.Where(o => o.Status != OrderStatus.Revoked).Select(o => Recent(o, account.Names, now))],
            new Currencies(options).Sum(book.RealisedToday, account.Currency),
            _marks.Of(order.Symbol, book, now),
            account.AllowedSymbols?.Select(account.Names.Canonical).ToImmutableSortedSet(StringComparer.Ordinal),
            account.Live)
        {
            OtherGross = ledgers.Gross(except: order.Symbol, symbol => _marks.Of(symbol)),
        };
    }

    private RecentOrder Recent(GrantedOrder order, SymbolNames names, DateTimeOffset now) => new(
        order.OrderId, names.Canonical(order.Symbol), order.Side, order.Quantity, order.Price, order.Intent, _grants.AgeOf(order, now), order.Status == OrderStatus.Open && FateOf(order, now) == OrderFate.Working);

    public OrderFate FateOf(GrantedOrder order, DateTimeOffset now)
    {
        if (order.Status == OrderStatus.Filled) return OrderFate.Filled;
        var age = _grants.AgeOf(order, now);
        if (order.RenewedAt is { } renewed && now - renewed < age) age = now - renewed;
        return age.TotalSeconds < options.OpenOrderSeconds ? OrderFate.Working : OrderFate.Silent;
    }

    private async Task<BotLedgers> LedgersAsync(SymbolNames names)
    {
        var now = time.GetUtcNow();
        var book = _ledgerTime.Read(await store.ReadAsync(botId, [], now, Day(now), CancellationToken.None));
        return new(book, names, _ => 1, o => FateOf(o, now), options.PositionTolerancePercent);
    }

    private async Task<T> InTurnAsync<T>(Func<Task<T>> work)
    {
        if (!await _turn.WaitAsync(_timeout)) throw new TimeoutException();
        try
        {
            return await work();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<T> Report<T>(Func<Task<T>> write, Func<string, string, T> failed)
    {
        try
        {
            return await write().WaitAsync(_timeout, time);
        }
        catch (Exception e)
        {
            LogUnwritten(logger, botId, e);
            return failed(Codes.DataUnavailable, "The report could not be written.");
        }
    }

    private static RiskReport Unwritten(string code, string message) => new(code, message);

    /// <exception cref="TimeoutException">Nothing is left.</exception>
    private TimeSpan Left(long startedAt) => _timeout - time.GetElapsedTime(startedAt) is var left && left > TimeSpan.Zero ? left : throw new TimeoutException();

    /// <summary>How far back settled orders matter: for the minute of the order rate, and for the window of equal orders.</summary>
    private TimeSpan Lookback(Account account) => TimeSpan.FromSeconds(
        Math.Max(Math.Max(options.OpenOrderSeconds, 60), (double)account.Limits.GetValueOrDefault(RiskLimitNames.DuplicateOrderSeconds)));

    private static DateTimeOffset Day(DateTimeOffset now) => new(now.UtcDateTime.Date, TimeSpan.Zero);

    private static Verdict Refused(OrderRefusal refusal) => new(null, [refusal], false);

    private static OrderRefusal Unreadable() => new(Codes.DataUnavailable, "risk_data", null, null, "What this order is evaluated by could not be read or written in time.");

    [LoggerMessage(EventIds.OrderDeskUnreadable, LogLevel.Error, "Bot {BotId}: an order could not be evaluated and was refused.")]
    private static partial void LogUnreadable(ILogger logger, string botId, Exception exception);

    [LoggerMessage(EventIds.OrderDeskUnwritten, LogLevel.Error, "Bot {BotId}: a report to the risk engine could not be written.")]
    private static partial void LogUnwritten(ILogger logger, string botId, Exception exception);
}
