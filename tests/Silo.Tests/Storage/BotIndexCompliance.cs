using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains;

namespace ControlPlane.Silo.Tests.Storage;

public abstract class BotIndexCompliance : StoreCompliance
{
    [Fact]
    public async Task SymbolsAndModel_ComeBack()
    {
        var spec = new BotSpec("a", null, [], TradingMode.Paper, ImmutableSortedDictionary<string, decimal>.Empty, ["ES", "NQ"], "momentum-3");
        await Store.Bots.UpsertAsync(new("a", spec, AutonomyTier.Observe, KillSwitch.Released), Cancel);
        await Store.Bots.UpsertAsync(new("b", spec with { AllowedSymbols = [], Model = null }, AutonomyTier.Observe, KillSwitch.Released), Cancel);
        await ReopenAsync();
        var bots = await Store.Bots.ListAsync(Cancel);
        Assert.Equal(["ES", "NQ"], bots[0].Spec.AllowedSymbols!);
        Assert.Equal("momentum-3", bots[0].Spec.Model);
        Assert.Empty(bots[1].Spec.AllowedSymbols!);
        Assert.Null(bots[1].Spec.Model);
    }

    [Fact]
    public async Task Bots_WhoseRunnerIsWatched_ComeBack()
    {
        var spec = new BotSpec("a", null, [], TradingMode.Paper, ImmutableSortedDictionary<string, decimal>.Empty);
        await Store.Bots.UpsertAsync(new("a", spec, AutonomyTier.Observe, KillSwitch.Released, RunnerWatched: true, RegisteredAt: Sample.Noon), Cancel);
        await Store.Bots.UpsertAsync(new("b", spec, AutonomyTier.Observe, KillSwitch.Released, RunnerWatched: true), Cancel);
        await Store.Bots.UpsertAsync(new("b", spec, AutonomyTier.Observe, KillSwitch.Released), Cancel);
        await ReopenAsync();
        Assert.Equal([(true, Sample.Noon), (false, (DateTimeOffset?)null)], (await Store.Bots.ListAsync(Cancel)).Select(b => (b.RunnerWatched, b.RegisteredAt)));
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
}
