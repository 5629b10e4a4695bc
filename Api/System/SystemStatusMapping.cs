using ControlPlane.Abstractions;
using ControlPlane.Api.Bots;
using ControlPlane.Api.Gates;
using ControlPlane.Api.Http;
using ControlPlane.Contracts;

namespace ControlPlane.Api.SystemControl;

/// <summary>The system's status as the contract writes it.</summary>
internal static class SystemStatusMapping
{
    /// <summary>The answer; it stands as of its oldest figure.</summary>
    public static SystemStatusAnswer ToContract(GateView view, BotCountsReading read, bool demo, DateTimeOffset now, string traceId) =>
        ToContract(view, read, read.Value, demo, now, traceId);

    private static SystemStatusAnswer ToContract(
        GateView view, BotCountsReading read, BotCounts? counts, bool demo, DateTimeOffset now, string traceId) => new()
    {
        AsOf = counts is not null && read.At < now ? read.At : now,
        Epoch = view.Epoch,
        Version = view.Version,
        TraceId = traceId,
        Unavailable = [.. Unavailable(view, read)],
        Code = view.LostCode == Codes.ControlPlaneUnreachable ? Codes.ControlPlaneUnreachable : null,
        SystemStatus = view.Status.Known(),
        AutonomyAllowed = view.Status != SystemStatus.Blocked && view.ValidForMs > 0,
        TradingState = view.TradingState.Known(),
        ValidUntil = view.ValidForMs > 0 ? now.AddMilliseconds(view.ValidForMs) : null,
        ValidForMs = view.ValidForMs,
        Demo = demo,
        AutonomyGates = Gates(view),
        Blockers = view.Blockers.ToContract(),
        PathToOk = view.PathToOk.ToContract(),
        KillSwitch = view.Kill?.ToContract() ?? new KillSwitchRow(null, null, null, null),
        LiveTrading = view.Live?.ToContract() ?? new LiveTradingRow(null, null, null),
        TierCounts = counts is null
            ? new TierCounts(null, null, null, null, null)
            : new TierCounts(counts.ByTier[0], counts.ByTier[1], counts.ByTier[2], counts.ByTier[3], counts.ByTier[4]),
        Bots = new BotTotals(counts?.Total, counts?.Running, counts?.Ok, counts?.Degraded, counts?.Blocked),
    };

    private static IEnumerable<UnavailableRow> Unavailable(GateView view, BotCountsReading counts)
    {
        if (view is { LostSince: { } since, LostCode: { } code })
        {
            yield return new UnavailableRow("autonomy_gates", code, since);
            yield return new UnavailableRow("kill_switch", code, since);
            yield return new UnavailableRow("live_trading", code, since);
        }

        if (counts.Value is null)
        {
            yield return new UnavailableRow("tier_counts", counts.Failure ?? Codes.DataUnavailable, counts.At);
            yield return new UnavailableRow("bots", counts.Failure ?? Codes.DataUnavailable, counts.At);
        }
    }

    private static AutonomyGates Gates(GateView view)
    {
        return new AutonomyGates
        {
            DataFeedsHealthy = Row(GateNames.DataFeeds),
            BrokerConnected = Row(GateNames.Broker),
            LlmConnected = Row(GateNames.Llm),
            SupervisorLoopActive = Row(GateNames.SupervisorLoop),
            TimeoutWorkerActive = Row(GateNames.TimeoutWorker),
            RiskEngineConnected = Row(GateNames.RiskEngine),
        };

        GateRow Row(string name)
        {
            var gate = view.Gates.First(candidate => candidate.Gate == name);
            return new GateRow(
                gate.Status.Known(),
                gate.Healthy,
                gate.Degraded,
                gate.Reason,
                gate.Message,
                gate.Since,
                gate.ObservedAt == default ? null : gate.ObservedAt,
                gate.ValidUntil == default ? null : gate.ValidUntil,
                gate.Providers.IsDefault ? [] : gate.Providers,
                gate.Required);
        }
    }
}
