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
    public async Task Bots_AddedAtTheSameTime_NoMoreThanThereIsRoomFor()
    {
        var spec = new BotSpec("B", null, [], TradingMode.Paper, ImmutableSortedDictionary<string, decimal>.Empty);
        BotIndexRow Row(string id) => new(id, spec, AutonomyTier.Observe, KillSwitch.Released);
        var added = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => Store.Bots.TryAddAsync(Row($"b{i:D2}"), 5, Cancel), Cancel)));
        Assert.Equal(5, added.Count(a => a));
        var ids = (await Store.Bots.ListAsync(Cancel)).Select(b => b.BotId).ToArray();
        Assert.Equal(5, ids.Length);
        Assert.True(await Store.Bots.TryAddAsync(Row(ids[0]), 5, Cancel));
        Assert.False(await Store.Bots.TryAddAsync(Row("x"), 5, Cancel));
        await Store.Bots.RemoveAsync(ids[0], Cancel);
        await Store.Bots.RemoveAsync("never there", Cancel);
        Assert.True(await Store.Bots.TryAddAsync(Row("x"), 5, Cancel));
        await ReopenAsync();
        Assert.Equal([.. ids[1..], "x"], (await Store.Bots.ListAsync(Cancel)).Select(b => b.BotId));
    }

    [Fact]
    public async Task Bots_UpsertedAgain_ListHasTheLastOfEach()
    {
        var spec = new BotSpec(
            "Momentum",
            null,
            ["polygon", "alpaca"],
            TradingMode.Live,
            ImmutableSortedDictionary<string, decimal>.Empty.Add("max_notional", 1_000_000.10m).Add("max_orders", 79_228_162_514_264_337_593_543_950_335m));
        var killed = new KillSwitch(true, "tripped", "operator", Sample.Noon, false);
        await Store.Bots.UpsertAsync(new("b", spec, AutonomyTier.Observe, KillSwitch.Released), Cancel);
        await Store.Bots.UpsertAsync(new("a", spec with { UserId = "u", Requires = [] }, AutonomyTier.Limited, KillSwitch.Released), Cancel);
        var terms = new BotTerms
        {
            Instruments = ImmutableSortedDictionary<string, Instrument>.Empty.Add("ES", new(50)).Add("0x/1", new(0.000_000_01m)),
            Aliases = ImmutableSortedDictionary<string, string>.Empty.Add("XBTUSD", "BTCUSD"),
            MayUse = ["openai"],
            Currency = "EUR",
            StatesConfidence = false,
        };
        await Store.Bots.UpsertAsync(new("b", spec with { Terms = terms }, AutonomyTier.Paper, killed), Cancel);

        await ReopenAsync();
        var bots = await Store.Bots.ListAsync(Cancel);

        Assert.Equal(["a", "b"], bots.Select(b => b.BotId));
        Assert.Equal((AutonomyTier.Paper, killed), (bots[1].Tier, bots[1].Kill));
        Assert.Equal(spec.Requires, bots[1].Spec.Requires);
        Assert.Equal(spec.RiskLimits.AsEnumerable(), bots[1].Spec.RiskLimits);
        Assert.Null(bots[0].Spec.Terms);
        Assert.Equal(terms.Instruments, bots[1].Spec.Terms!.Instruments!.AsEnumerable());
        Assert.Equal(terms.Aliases, bots[1].Spec.Terms!.Aliases!.AsEnumerable());
        Assert.Equal(("openai", "EUR", false), (bots[1].Spec.Terms!.MayUse!.Single(), bots[1].Spec.Terms!.Currency, bots[1].Spec.Terms!.StatesConfidence));
        Assert.Equal(("Momentum", "u", TradingMode.Live), (bots[0].Spec.Name, bots[0].Spec.UserId, bots[0].Spec.Mode));
        Assert.Empty(bots[0].Spec.Requires);
    }

    [Fact]
    public async Task Probe_HealthyStore_Answers() => await Store.Probe.ProbeAsync(Cancel);
}
