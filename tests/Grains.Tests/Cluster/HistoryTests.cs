using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>History is read through the cluster, by clients that have no store: pages and failures both come as values.</summary>
public sealed class HistoryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryList_IsReadThroughTheCluster()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var history = cluster.Grains.GetGrain<IHistoryGrain>(0);
        await cluster.Grains.GetGrain<IAuditGrain>(0).Append(new AuditFact(cluster.Clock.GetUtcNow(), ControlPlaneCluster.Operator, "kill.engage", "system", "done", ImmutableSortedDictionary<string, string>.Empty));
        cluster.Stores.Verifications.Add(new VerificationRecord("polygon", cluster.Clock.GetUtcNow(), VerifyStatus.Valid, 200, 12, null, new string('a', 32), "operator"));

        Assert.Equal("kill.engage", (await history.AuditEntries(5, null, Token)).Items.Single().Fact.Action);
        Assert.Equal(HistoryOutcome.Read, (await history.UsageEvents("polygon", 5, null, Token)).Outcome);
        Assert.Equal(200, (await history.Verifications("polygon", 5, null, Token)).Items[0].HttpStatus);
        await cluster.Until(async () => (await history.Transitions(null, null, 5, null, Token)).Items.Length > 0, "the first decision is recorded");
        Assert.Equal(SystemStatus.Blocked, (await history.DecisionAt(cluster.Clock.GetUtcNow().AddSeconds(1), Token)).Items.Single().Decision.Status);
        Assert.True(await history.StoreAnswers(Token));
    }

    [Fact]
    public async Task StoreThatFails_IsAValueAndNoException()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.Stores.Failing = true;
        var history = cluster.Grains.GetGrain<IHistoryGrain>(0);
        var page = await history.AuditEntries(5, null, Token);
        Assert.Equal((HistoryOutcome.Unreadable, 0), (page.Outcome, page.Items.Length));
        Assert.False(await history.StoreAnswers(Token));
    }

    [Fact]
    public async Task ReadThatHangs_HoldsUpNoOther()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var history = cluster.Grains.GetGrain<IHistoryGrain>(0);
        cluster.Stores.Hang();
        var hung = Enumerable.Range(0, 20).Select(_ => history.AuditEntries(5, null, Token)).ToArray();

        // The hang holds those that came before; whoever comes after finds the store well again.
        await Task.Delay(100, Token);
        Assert.DoesNotContain(hung, read => read.IsCompleted);
        cluster.Stores.ForgetHang();
        Assert.Equal(HistoryOutcome.Read, (await history.AuditEntries(5, null, Token).WaitAsync(TimeSpan.FromSeconds(5), Token)).Outcome);
        Assert.DoesNotContain(hung, read => read.IsCompleted);
    }
}
