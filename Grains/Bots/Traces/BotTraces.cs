using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Traces.Policy;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Risk.Losses;
using ControlPlane.Grains.Risk.Symbols;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Grains.Bots.Traces;

/// <summary>Checks what bots record and writes it. One a host: what must be right under concurrency is right in the store.</summary>
internal sealed partial class BotTraces(
    IDecisionStore decisions,
    INoTradeStore noTrades,
    ITradeStore trades,
    ICycleStore cycles,
    NodeGate gate,
    IOptions<TraceOptions> options,
    TimeProvider time,
    ILogger<BotTraces> logger)
{
    public Task<TraceReceipt> RecordAsync(string botId, ImmutableArray<DecisionTrace> traces)
    {
        var reading = gate.Read();
        long? epoch = reading.IsLive ? reading.Position.Epoch : null;
        long? version = reading.IsLive ? reading.Position.Version : null;
        var now = time.GetUtcNow();
        return Record(
            botId,
            traces,
            static (rules, d) => rules.Check(d),
            d => d with
            {
                Rationale = TraceText.Sanitize(d.Rationale, TraceRules.MaxRationale),
                Variables = d.Variables ?? ImmutableSortedDictionary<string, TraceValue>.Empty,
                GateEpoch = d.GateEpoch ?? epoch,
                GateVersion = d.GateEpoch is null ? version : d.GateVersion,
                ReceivedAt = now,
            },
            good => decisions.AppendAsync(botId, good, CancellationToken.None));
    }

    public Task<TraceReceipt> RecordAsync(string botId, ImmutableArray<NoTradeTrace> traces) => Record(
        botId,
        traces,
        static (rules, n) => rules.Check(n),
        static n => n with { Reasons = n.Reasons.IsDefault ? [] : [.. n.Reasons.Select(r => r is null ? null! : r with { Detail = TraceText.Sanitize(r.Detail, TraceRules.MaxDetail) })] },
        good => noTrades.AppendAsync(botId, good, CancellationToken.None));

    /// <summary>How far ahead of this clock a bot's may be.</summary>
    public TimeSpan ClockTolerance => TimeSpan.FromSeconds(options.Value.MaxAheadSeconds);

    /// <param name="instruments">The bot's. Its currency is that of profits reported without one.</param>
    public Task<TraceReceipt> RecordAsync(string botId, ImmutableArray<TradeTrace> traces, InstrumentBook instruments, Currencies currencies)
    {
        var now = time.GetUtcNow();
        return Record(
            botId,
            traces,
            static (rules, t) => rules.Check(t),
            t => t with { Currency = t.Currency ?? instruments.Terms?.Currency, Rate = instruments.Rate(t.Symbol, t.Currency, currencies), ReceivedAt = now, CountsAt = RealisedAt.Of(t.ClosedAt, now, ClockTolerance) },
            good => trades.AppendAsync(botId, good, CancellationToken.None, instruments.Names));
    }

    public Task<TraceReceipt> RecordAsync(string botId, ImmutableArray<CycleTrace> traces)
    {
        var now = time.GetUtcNow();
        return Record(botId, traces, static (rules, c) => rules.Check(c), c => c with { ReceivedAt = now }, good => cycles.AppendAsync(botId, good, CancellationToken.None));
    }

    private async Task<TraceReceipt> Record<T>(
        string botId,
        ImmutableArray<T> traces,
        Func<TraceRules, T, string?> check,
        Func<T, T> complete,
        Func<IReadOnlyList<T>, Task<ImmutableArray<TraceWrite>>> write)
        where T : class
    {
        if (traces.IsDefault || traces.Length > TraceRules.MaxPerCall) return TraceReceipt.None(Codes.InvalidRequest);
        var rules = new TraceRules(options.Value, time.GetUtcNow());
        var rejected = ImmutableArray.CreateBuilder<TraceRejection>();
        var good = new List<T>(traces.Length);
        var places = new List<int>(traces.Length);
        for (var i = 0; i < traces.Length; i++)
        {
            var trace = traces[i] is { } given ? complete(given) : null;
            if ((trace is null ? "The trace is missing." : check(rules, trace)) is { } broken)
            {
                rejected.Add(new(i, Codes.InvalidRequest, broken));
                continue;
            }

            good.Add(trace!);
            places.Add(i);
        }

        if (good.Count == 0) return new(0, 0, rejected.ToImmutable(), null);
        ImmutableArray<TraceWrite> outcome;
        try
        {
            outcome = await write(good);
        }
        catch (StoreBusyException)
        {
            return TraceReceipt.None(Codes.RateLimited);
        }
        catch (Exception e)
        {
            LogNotWritten(logger, botId, typeof(T).Name, e);
            return TraceReceipt.None(Codes.DataUnavailable);
        }

        for (var i = 0; i < outcome.Length; i++)
        {
            if (outcome[i] == TraceWrite.Conflict) rejected.Add(new(places[i], Codes.IdReused, "This id is known already, with a content that contradicts this one."));
        }

        return new(
            outcome.Count(w => w == TraceWrite.Written),
            outcome.Count(w => w == TraceWrite.Duplicate),
            [.. rejected.OrderBy(r => r.Index)],
            null);
    }

    [LoggerMessage(EventIds.BotTracesNotWritten, LogLevel.Error, "Bot {BotId}: {Kind} could not be written.")]
    private static partial void LogNotWritten(ILogger logger, string botId, string kind, Exception exception);
}
