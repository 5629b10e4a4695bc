using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains;

namespace ControlPlane.Silo.Tests.Storage;

public abstract class HistoryStoreCompliance : StoreCompliance
{
    [Fact]
    public async Task Verifications_Appended_ReadBackNewestFirstByProvider()
    {
        var records = Enumerable.Range(0, 5).Select(i => Sample.Verification(Sample.Noon.AddSeconds(i / 2))).ToList();
        records.Add(new("polygon", Sample.Noon.AddHours(1), VerifyStatus.Invalid, null, null, "unauthorized", new string('e', 32), "operator"));
        foreach (var record in records)
        {
            await Store.Verifications.AppendAsync(record, Cancel);
        }

        await Store.Verifications.AppendAsync(Sample.Verification(Sample.Noon, "databento"), Cancel);
        await ReopenAsync();
        var first = await Store.Verifications.PageAsync("polygon", 4, null, Cancel);
        var second = await Store.Verifications.PageAsync("polygon", 4, first.Next, Cancel);

        Assert.Equal(Enumerable.Reverse(records), first.Items.Concat(second.Items));
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task Transitions_Appended_ReadBackNewestFirst()
    {
        var transitions = new[]
        {
            Sample.Transition(Sample.Noon, 1, decision: "{\"version\":1}"),
            Sample.Transition(Sample.Noon, 1, "brokerConnected"),
            new GateTransition(Sample.Noon.AddSeconds(1), 8, 2, "bot/b/kill_switch", "", "engaged", "r", "m", null, null, null),
        };

        await Store.Transitions.AppendAsync(transitions, Cancel);
        await ReopenAsync();
        var first = await Store.Transitions.PageAsync(null, null, 2, null, Cancel);
        var second = await Store.Transitions.PageAsync(null, null, 2, first.Next, Cancel);

        Assert.Equal(transitions.Reverse(), first.Items.Concat(second.Items));
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task Transitions_WithinATime_FromInclusiveToExclusive()
    {
        await Store.Transitions.AppendAsync([.. Enumerable.Range(0, 5).Select(i => Sample.Transition(Sample.Noon.AddSeconds(i), i))], Cancel);

        var page = await Store.Transitions.PageAsync(Sample.Noon.AddSeconds(1), Sample.Noon.AddSeconds(3), 10, null, Cancel);
        var walked = await Store.Transitions.PageAsync(Sample.Noon.AddSeconds(1), Sample.Noon.AddSeconds(3), 1, null, Cancel);
        var rest = await Store.Transitions.PageAsync(Sample.Noon.AddSeconds(1), Sample.Noon.AddSeconds(3), 10, walked.Next, Cancel);

        Assert.Equal([2, 1], page.Items.Select(t => t.Version));
        Assert.Equal([1], rest.Items.Select(t => t.Version));
        Assert.Null(rest.Next);
    }

    [Fact]
    public async Task LastDecision_AtAMoment_IsTheLastWithADecisionAtOrBeforeIt()
    {
        await Store.Transitions.AppendAsync([Sample.Transition(Sample.Noon, 1, decision: "{\"version\":1}")], Cancel);
        await Store.Transitions.AppendAsync(
            [
                Sample.Transition(Sample.Noon.AddSeconds(2), 2, decision: "{\"version\":2,\"first\":true}"),
                Sample.Transition(Sample.Noon.AddSeconds(2), 2, "kill_switch", decision: "{\"version\":2}"),
                Sample.Transition(Sample.Noon.AddSeconds(3), 3),
            ],
            Cancel);

        Assert.Null(await Store.Transitions.LastDecisionAsync(Sample.Noon.AddTicks(-1), Cancel));
        Assert.Equal(1, (await Store.Transitions.LastDecisionAsync(Sample.Noon, Cancel))?.Version);
        Assert.Equal(1, (await Store.Transitions.LastDecisionAsync(Sample.Noon.AddSeconds(1.9), Cancel))?.Version);
        Assert.Equal("{\"version\":2}", (await Store.Transitions.LastDecisionAsync(Sample.Noon.AddDays(1), Cancel))?.Decision);
    }

    [Fact]
    public async Task KillDrills_Appended_ReadBackNewestFirst()
    {
        var drills = Enumerable.Range(0, 3).Select(i => new KillDrill(
            Sample.Noon.AddSeconds(i), "operator", 12 + i, i == 0 ? null : 1.25, [new DrilledNode("n1", 0.5), new DrilledNode("n2", null)], [new DrilledRunner("b", "r", 900)], new string('a', 32), true)).ToArray();
        foreach (var drill in drills) await Store.Drills.AppendAsync(drill, Cancel);
        await ReopenAsync();
        var first = await Store.Drills.PageAsync(2, null, Cancel);
        var second = await Store.Drills.PageAsync(2, first.Next, Cancel);

        Assert.Equal([14, 13, 12], first.Items.Concat(second.Items).Select(d => d.TookMs));
        Assert.Null(second.Next);
        Assert.Equal(drills[2].Nodes, first.Items[0].Nodes);
        Assert.Equal(drills[2].Runners, first.Items[0].Runners);
        Assert.Equal(1.25, first.Items[0].StoreMs);
        await Assert.ThrowsAsync<InvalidCursorException>(() => Store.Drills.PageAsync(1, "no cursor", Cancel));
    }

    [Fact]
    public async Task Presence_OfAMoment_IsTheStretchThatBeganLastBeforeIt()
    {
        var first = new GatePresence(1, Sample.Noon, Sample.Noon.AddSeconds(3));
        var second = new GatePresence(2, Sample.Noon.AddSeconds(10), Sample.Noon.AddSeconds(13));
        Assert.Null(await Store.Transitions.PresenceAsync(Sample.Noon, Cancel));
        await Store.Transitions.MarkPresenceAsync(first, Cancel);
        await Store.Transitions.MarkPresenceAsync(second, Cancel);
        await Store.Transitions.MarkPresenceAsync(first with { Until = Sample.Noon.AddSeconds(5) }, Cancel);
        await ReopenAsync();

        Assert.Null(await Store.Transitions.PresenceAsync(Sample.Noon.AddTicks(-10), Cancel));
        Assert.Equal(first with { Until = Sample.Noon.AddSeconds(5) }, await Store.Transitions.PresenceAsync(Sample.Noon, Cancel));
        Assert.Equal(1, (await Store.Transitions.PresenceAsync(Sample.Noon.AddSeconds(9), Cancel))?.Epoch);
        Assert.Equal(second, await Store.Transitions.PresenceAsync(Sample.Noon.AddDays(1), Cancel));
    }

    [Theory]
    [MemberData(nameof(BadCursors.All), MemberType = typeof(BadCursors))]
    public async Task Page_CursorNotOfThisList_IsRefused(string cursor)
    {
        await Assert.ThrowsAsync<InvalidCursorException>(() => Store.Verifications.PageAsync("polygon", 10, cursor, Cancel));
        await Assert.ThrowsAsync<InvalidCursorException>(() => Store.Transitions.PageAsync(null, null, 10, cursor, Cancel));
    }

    [Fact]
    public async Task Probe_HealthyStore_Answers() => await Store.Probe.ProbeAsync(Cancel);
}
