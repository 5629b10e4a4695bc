using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Api.Tests.Host;

internal sealed class FakeProvider(FakeCluster cluster, string id) : IProviderGrain
{
    public Task<ProviderStatus?> GetStatus()
    {
        cluster.Check();
        return Task.FromResult(cluster.Providers.GetValueOrDefault(id));
    }

    public Task<ProviderDetail?> GetDetail()
    {
        cluster.Check();
        return Task.FromResult(cluster.Providers.TryGetValue(id, out var status) ? new ProviderDetail { Status = status, Usage24h = [], UsageFrom = FakeNodeGate.Heard.AddHours(-24).AddSeconds(1) } : null);
    }

    public Task<ProviderEvidence> GetEvidence() => throw new NotSupportedException();

    public Task<VerifyAnswer> Verify(Caller by) => Task.FromResult(cluster.Verify?.Invoke(id) ?? new VerifyAnswer(
        VerifyRefusal.None,
        new VerifyReport { Provider = id, Status = VerifyStatus.Valid, State = ProviderState.Connected, Message = "The key is good.", TraceId = by.TraceId },
        []));

    public Task<TestCallReport> TestCall(Caller by) => Task.FromResult(cluster.TestCall ?? new TestCallReport(
        TestCallRefusal.None, Guid.Parse("0198c0de-0000-7000-8000-000000000001"), UsageStatus.Ok, 200, 41, null, []));

    public Task VerifyIfDue() => Task.CompletedTask;
    public Task<bool> EndHungVerify() => Task.FromResult(false);
    public Task ReportHost(HostSecrets secrets) => Task.CompletedTask;
    public Task UsageCommitted(UsageDelta delta) => Task.CompletedTask;
    public Task UsageLost(UsageLoss loss) => Task.CompletedTask;
}
