using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Traces.Policy;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Losses;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Grains.Bots.Traces;

/// <summary>Reads back what bots have recorded. A failure is a code in the answer, so that it crosses hosts as it is.</summary>
internal sealed partial class BotTraceReads(
    IDecisionStore decisions,
    INoTradeStore noTrades,
    ITradeStore trades,
    ICycleStore cycles,
    IBotActivityStore activity,
    ITraceUsageStore usage,
    IOptions<TraceOptions> options,
    Currencies currencies,
    TimeProvider time,
    ILogger<BotTraceReads> logger)
{
    public const int MaxPage = 500;
    private const int MaxUsage = 200;
    private static readonly TimeSpan s_timeout = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_window = TimeSpan.FromHours(24);

    /// <summary>Calls of a cycle are near its decision; the search is limited to this distance.</summary>
    private static readonly TimeSpan s_around = TimeSpan.FromHours(1);

    public Task<TracePage<RecordedDecision>> DecisionsAsync(string botId, int limit, string? before) =>
        Page(botId, limit, take => decisions.PageAsync(botId, take, before, CancellationToken.None));

    public Task<TracePage<RecordedNoTrade>> NoTradesAsync(string botId, int limit, string? before, string? code) =>
        code is not null && !NoTradeCodes.All.Contains(code)
            ? Task.FromResult(new TracePage<RecordedNoTrade>([], null, Codes.InvalidRequest))
            : Page(botId, limit, take => noTrades.PageAsync(botId, code, take, before, CancellationToken.None));

    public Task<TracePage<TradeTrace>> TradesAsync(string botId, int limit, string? before) =>
        Page(botId, limit, take => trades.PageAsync(botId, take, before, CancellationToken.None));

    public async Task<DecisionDetail> DecisionAsync(string botId, string decisionId)
    {
        var (found, read) = await Try(botId, () => decisions.FindAsync(botId, decisionId, CancellationToken.None));
        if (!read) return new(null, null, Codes.DataUnavailable);
        if (found?.Decision is not { TraceId: { } traceId } decision) return new(found, null, null);
        var (events, known) = await Try(botId, () => usage.ReadTraceAsync(
            botId, traceId, decision.OccurredAt - s_around, decision.OccurredAt + s_around, MaxUsage, CancellationToken.None));
        return new(found, known ? events : null, null);
    }

    public async Task<FunnelReading> FunnelAsync(string botId)
    {
        var from = time.GetUtcNow() - s_window;
        var (funnel, counted) = await Try(botId, () => cycles.ReadFunnelAsync(botId, from, CancellationToken.None));
        var (reasons, told) = await Try(botId, () => noTrades.CountReasonsAsync(botId, from, CancellationToken.None));
        var (doing, known) = await Try(botId, () => activity.ReadAsync(botId, from, CancellationToken.None));
        return new(
            counted ? funnel : null,
            told ? reasons : null,
            known ? BlindPolicy.Evaluate(doing, options.Value) : null,
            known ? doing?.LastCycleAt : null,
            (long)s_window.TotalSeconds,
            counted && told && known ? null : Codes.DataUnavailable);
    }

    /// <summary>A bot's figures, fresh. A store that does not answer in time makes them unreadable: the rest of the row does not wait for it.</summary>
    public async Task<BotFigures> FiguresAsync(string botId, string? currency)
    {
        var now = time.GetUtcNow();
        var (doing, known) = await Try(botId, () => activity.ReadAsync(botId, now - s_window, CancellationToken.None).WaitAsync(s_timeout, time));
        return known ? BotFigures.Of(doing, options.Value, currencies, currency, now) : BotFigures.Unreadable(now);
    }

    private async Task<TracePage<T>> Page<T>(string botId, int limit, Func<int, Task<Page<T>>> read)
    {
        try
        {
            var page = await read(Math.Clamp(limit, 1, MaxPage));
            return new(page.Items, page.Next, null);
        }
        catch (InvalidCursorException)
        {
            return new TracePage<T>([], null, Codes.InvalidRequest);
        }
        catch (Exception e)
        {
            LogNotRead(logger, botId, e);
            return new TracePage<T>([], null, Codes.DataUnavailable);
        }
    }

    private async Task<(T? Value, bool Read)> Try<T>(string botId, Func<Task<T>> read)
    {
        try
        {
            return (await read(), true);
        }
        catch (Exception e)
        {
            LogNotRead(logger, botId, e);
            return (default, false);
        }
    }

    [LoggerMessage(EventIds.BotTraceReadsNotRead, LogLevel.Warning, "Bot {BotId}: its traces could not be read.")]
    private static partial void LogNotRead(ILogger logger, string botId, Exception exception);
}
