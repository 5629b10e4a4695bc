using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk.Losses;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Risk.Desk;

/// <summary>Judges a bot's orders one after the other, so that two can't both take the last room under a limit, and writes a grant before it answers.
/// Everything that outlives the process is read from the store for each order; what can't be read in time refuses.</summary>
internal sealed partial class OrderDesk(string botId, IRiskStore store, RiskOptions options, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly GrantMemory _grants = new(time);
    private readonly MarketMarks _marks = new(time, TimeSpan.FromSeconds(options.MarkSeconds));
    private readonly TimeSpan _patience = TimeSpan.FromSeconds(options.StoreSeconds);

    /// <summary>What the bot's own configuration says of its orders.</summary>
    internal sealed record Account(ImmutableSortedDictionary<string, decimal> Limits, ImmutableSortedSet<string>? AllowedSymbols, bool Live, long LeaseEpoch, string? Currency = null);

    /// <summary>Grants the order, or names every rule that it breaks.</summary>
    public async Task<(string? OrderId, ImmutableArray<OrderRefusal> Refusals)> CheckAsync(OrderCheck check, Account account)
    {
        var startedAt = time.GetTimestamp();
        if (!await _turn.WaitAsync(_patience)) return (null, [Unreadable()]);
        try
        {
            return await JudgeAsync(check, account, startedAt);
        }
        catch (Exception e)
        {
            LogUnreadable(logger, botId, e);
            return (null, [Unreadable()]);
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
            await store.EndAsync(botId, orderId, OrderStatus.Revoked, time.GetUtcNow(), CancellationToken.None);
        }
        catch (Exception e)
        {
            LogUnwritten(logger, botId, e);
        }
    }

    public Task<RiskReport> EndAsync(string orderId, string status) => Report(async () =>
        await store.EndAsync(botId, orderId, status, time.GetUtcNow(), CancellationToken.None)
            ? new(null, null)
            : new(Codes.InvalidRequest, "No order of this id was granted to this bot."));

    public Task<RiskReport> ReportPositionAsync(string symbol, decimal quantity) => Report(async () =>
    {
        await store.ReportPositionAsync(botId, symbol, quantity, time.GetUtcNow(), CancellationToken.None);
        return new(null, null);
    });

    public RiskReport ReportMark(string symbol, decimal price) =>
        _marks.Report(symbol, price) ? new(null, null) : new(Codes.RateLimited, "There are marks of too many symbols.");

    public void Dispose() => _turn.Dispose();

    private async Task<(string? OrderId, ImmutableArray<OrderRefusal> Refusals)> JudgeAsync(OrderCheck check, Account account, long startedAt)
    {
        var now = time.GetUtcNow();
        var book = await store.ReadAsync(botId, check.Symbol, _grants.From(now, Lookback(account)), Day(now), CancellationToken.None).WaitAsync(Left(startedAt), time);
        var order = new RiskOrder(check.Symbol, check.Side, check.Quantity, check.Price, check.Intent);
        var refusals = RiskEngine.Check(order, account.Limits, Facts(book, order, account, now));
        if (!refusals.IsEmpty) return (null, refusals);

        // Should the answer of the store be lost, the order may be on disk: it then counts, by this clock.
        var granted = new GrantedOrder(
            Guid.CreateVersion7(now).ToString(), check.Symbol, check.Side, check.Quantity, check.Price!.Value, check.Intent, account.LeaseEpoch, now, OrderStatus.Open, 0, check.TraceId);
        _grants.Add(granted.OrderId, now);
        await store.GrantAsync(botId, granted, CancellationToken.None).WaitAsync(Left(startedAt), time);
        return (granted.OrderId, []);
    }

    private RiskFacts Facts(RiskBook book, RiskOrder order, Account account, DateTimeOffset now) => new(
        PositionPolicy.Evaluate(book, now, TimeSpan.FromSeconds(options.PositionSeconds)),
        [.. book.Orders.Where(o => o.Status != OrderStatus.Revoked).Select(o => Recent(o, now))],
        new Currencies(options).Sum(book.RealisedToday, account.Currency),
        _marks.Of(order.Symbol, book, now),
        account.AllowedSymbols,
        account.Live);

    private RecentOrder Recent(GrantedOrder order, DateTimeOffset now)
    {
        var age = _grants.AgeOf(order, now);
        var open = order.Status == OrderStatus.Open && age.TotalSeconds < options.OpenOrderSeconds;
        return new(order.Symbol, order.Side, order.Quantity, order.Price, order.Intent, age, open, Math.Max(0, order.Quantity - order.Filled));
    }

    private async Task<RiskReport> Report(Func<Task<RiskReport>> write)
    {
        try
        {
            return await write().WaitAsync(_patience, time);
        }
        catch (Exception e)
        {
            LogUnwritten(logger, botId, e);
            return new(Codes.DataUnavailable, "The report could not be written.");
        }
    }

    /// <exception cref="TimeoutException">Nothing is left.</exception>
    private TimeSpan Left(long startedAt) => _patience - time.GetElapsedTime(startedAt) is var left && left > TimeSpan.Zero ? left : throw new TimeoutException();

    /// <summary>How far back orders matter: while they may be open, for the minute of the order rate, and for the window of equal orders.</summary>
    private TimeSpan Lookback(Account account) => TimeSpan.FromSeconds(
        Math.Max(Math.Max(options.OpenOrderSeconds, 60), (double)account.Limits.GetValueOrDefault(RiskLimitNames.DuplicateOrderSeconds)));

    private static DateTimeOffset Day(DateTimeOffset now) => new(now.UtcDateTime.Date, TimeSpan.Zero);

    private static OrderRefusal Unreadable() => new(Codes.DataUnavailable, "risk_data", null, null, "What this order is judged by could not be read or written in time.");

    [LoggerMessage(EventIds.OrderDeskUnreadable, LogLevel.Error, "Bot {BotId}: an order could not be judged and was refused.")]
    private static partial void LogUnreadable(ILogger logger, string botId, Exception exception);

    [LoggerMessage(EventIds.OrderDeskUnwritten, LogLevel.Error, "Bot {BotId}: a report to the risk engine could not be written.")]
    private static partial void LogUnwritten(ILogger logger, string botId, Exception exception);
}
