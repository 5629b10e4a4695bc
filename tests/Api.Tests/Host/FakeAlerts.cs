using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;

namespace ControlPlane.Api.Tests.Host;

/// <summary>Alerts, as simple as can be.</summary>
internal sealed class FakeAlerts : IAlertGrain
{
    public OperatorActs Acts { get; set; } = null!;
    public List<AlertView> Alerts { get; } = [];
    public ImmutableArray<AlertChannelStatus> Channels { get; set; } = [];
    public HistoryOutcome Outcome { get; set; } = HistoryOutcome.Read;
    public ImmutableArray<AlertNotice> Tested { get; set; } = [];
    public string? TestRefusal { get; set; }
    public (AlertFilter Filter, int Limit, string? Before) Asked { get; private set; }

    public Task<ImmutableArray<AlertChannelStatus>> Standing() => Task.FromResult(Channels);

    public Task<HistoryPage<AlertView>> List(AlertFilter filter, int limit, string? before)
    {
        Asked = (filter, limit, before);
        return Task.FromResult(new HistoryPage<AlertView>(Outcome, Outcome == HistoryOutcome.Read ? [.. Alerts] : [], null));
    }

    public Task<AlertAnswer> Acknowledge(string alertId, string reason, Caller by) => Acts.SettleAsync(
        OperatorAct.Of("alert.ack", $"alert/{alertId}", ("reason", reason)), by,
        () => Task.FromResult(Alerts.Find(a => a.Alert.AlertId == alertId) is { } found
            ? new AlertAnswer(null, null, found with { Alert = found.Alert with { AcknowledgedBy = by.Name, AcknowledgeReason = reason } })
            : new AlertAnswer(Codes.InvalidRequest, "No open alert has this id.", null)),
        a => a.Code);

    public Task<AlertTestReport> Test(string? channel, Caller by) => Acts.SettleAsync(
        OperatorAct.Of("alert.test", "alerts"), by,
        () => Task.FromResult(TestRefusal is { } code ? new AlertTestReport(code, "No channel of this name is configured.", []) : new AlertTestReport(null, null, Tested)),
        r => r.Code);

    public Task NodeNotReady(string node, GateRefusal refusal) => Task.CompletedTask;
}
