using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Tests.Cluster;

public sealed class AuditChainTests
{
    [Fact]
    public async Task Check_UntouchedLog_IsIntact()
    {
        await using var cluster = await WithEntries(5);
        var check = await cluster.Grains.GetGrain<IAuditGrain>(0).Check();
        Assert.Equal((true, 5L, null), (check.Intact, check.Checked, check.FirstBroken));
    }

    [Theory]
    [InlineData("edit", 3)]
    [InlineData("delete", 3)]
    [InlineData("reorder", 3)]
    [InlineData("cut", 5)]
    public async Task Check_TamperedLog_NamesTheFirstBrokenEntry(string how, long broken)
    {
        await using var cluster = await WithEntries(5);
        var log = cluster.Stores.Audit;
        switch (how)
        {
            case "edit":
                log[2] = log[2] with { Fact = log[2].Fact with { Target = "system" } };
                break;
            case "delete":
                log.RemoveAt(2);
                break;
            case "reorder":
                (log[2], log[3]) = (log[3] with { Sequence = 3 }, log[2] with { Sequence = 4 });
                break;
            default:
                log.RemoveAt(4);
                break;
        }

        var check = await cluster.Grains.GetGrain<IAuditGrain>(0).Check();
        Assert.Equal((false, broken), (check.Intact, check.FirstBroken));
    }

    [Fact]
    public async Task Store_Lost_AppendFailsAndEventualEntriesAreChainedLater()
    {
        await using var cluster = await WithEntries(1);
        cluster.Stores.Failing = true;
        var audit = cluster.Grains.GetGrain<IAuditGrain>(0);
        await audit.AppendEventually(Fact(cluster, "kill.engage"));
        await Assert.ThrowsAnyAsync<Exception>(() => audit.Append(Fact(cluster, "kill.release")));
        cluster.Stores.Resume();
        await cluster.Until(() => cluster.Stores.Audit.Count == 2, "chained later", 5);
        Assert.Equal("kill.engage", cluster.Stores.Audit[1].Fact.Action);
        Assert.True((await audit.Check()).Intact);
    }

    private static async Task<ControlPlaneCluster> WithEntries(int count)
    {
        var cluster = await ControlPlaneCluster.StartAsync();
        for (var i = 0; i < count; i++) await cluster.Grains.GetGrain<IAuditGrain>(0).Append(Fact(cluster, "bot.register", $"bot/b{i}"));
        return cluster;
    }

    private static AuditFact Fact(ControlPlaneCluster cluster, string action, string target = "system") =>
        new(cluster.Clock.GetUtcNow(), ControlPlaneCluster.Operator, action, target, "done", ImmutableSortedDictionary<string, string>.Empty.Add("reason", "test"));
}
