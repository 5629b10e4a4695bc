using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Grains.Audit;
using ControlPlane.Grains.Bots;
using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Secrets.Keys;
using ControlPlane.Grains.Storage.Seals;
using ControlPlane.Grains.Storage.Trust;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;

namespace ControlPlane.Silo.Tests.Storage;

/// <summary>Rows under MACs in a real store, and somebody at its tables who has no key.</summary>
public abstract class SealCompliance : StoreCompliance
{
    private static readonly GrainId s_bot = GrainId.Create("bot", "momentum-es");
    private readonly ServiceProvider _orleans = new ServiceCollection().AddSerializer().BuildServiceProvider();
    private readonly StoreMacs _macs = new(new ControlPlaneKeys(new Secret("root-secret-of-the-tests-0123456789")));
    private readonly StoreWitness _witness = new(new NoWitnessFile(), NullLogger<StoreWitness>.Instance);

    /// <summary>What the store itself refuses, as its statements say it.</summary>
    protected abstract IReadOnlyList<string> Refused { get; }

    /// <summary>Runs a statement beside the program, with the program's rights.</summary>
    internal abstract Task RunAsync(string sql);

    /// <summary>As the tables' owner, who alone may.</summary>
    protected abstract Task RemoveMarksAsync();

    private SealedGrainStorage Storage => new(
        Store.Grains, _orleans.GetRequiredService<Serializer>(), _orleans.GetRequiredService<IActivatorProvider>(), TimeProvider.System, _macs, _witness);

    // The rows of orders and trades have tests of their own.
    private LedgerSealing Ledger(StoreMacs macs) => new(macs, _orleans.GetRequiredService<Serializer>(), TimeProvider.System, NullLogger<LedgerSealing>.Instance);

    private StoreSealing Sealing => new(_macs, _witness, Ledger(_macs), Store.Audit, null!, _orleans.GetRequiredService<Serializer>(), TimeProvider.System, NullLogger<StoreSealing>.Instance, Store.Sealed);

    [Fact]
    public async Task Rows_OfGrainsWithKeysOfEveryKind_VerifyWhereTheyLie()
    {
        var grains = new[] { s_bot, GrainId.Create("bot", "b1"), GrainId.Create("bot", "00000000000000000000000000000007"), GrainId.Create(GrainType.Create("systemgate"), GrainIdKeyExtensions.CreateIntegerKey(0)), GrainId.Create(GrainType.Create("shard"), GrainIdKeyExtensions.CreateIntegerKey(-17)) };
        foreach (var grain in grains)
        {
            var state = new GrainState<BotState>(Bot());
            await Storage.WriteStateAsync("bot", grain, state);
            await Storage.WriteStateAsync("bot", grain, state);
            var read = new GrainState<BotState>();
            await Storage.ReadStateAsync("bot", grain, read);
            Assert.Equal(("2", true, AutonomyTier.Paper), (read.ETag, read.RecordExists, read.State!.Tier));
        }

        var page = await Store.Sealed.ReadAsync(null, Cancel);
        Assert.Equal(grains.Length, page.Rows.Length);
        Assert.All(page.Rows, r => Assert.True(_macs.Opens(r.StateName, r.Key, r.Version, r.Content), r.Key));
        Assert.Null(page.Next);
        Assert.Null((await Sealing.LookAsync(null, Cancel)).Evidence);
        Assert.Null(_witness.Knowledge.Evidence);
    }

    [Fact]
    public async Task Row_ManyOfThem_AreAllSeenOnce()
    {
        for (var i = 0; i < 700; i++) await Storage.WriteStateAsync("bot", GrainId.Create("bot", $"bot-{i}"), new GrainState<BotState>(Bot()));
        var seen = new List<string>();
        long? after = null;
        do
        {
            var page = await Store.Sealed.ReadAsync(after, Cancel);
            seen.AddRange(page.Rows.Select(r => r.Key));
            after = page.Next;
        }
        while (after is not null);

        Assert.Equal((700, 700), (seen.Count, seen.Distinct(StringComparer.Ordinal).Count()));
    }

    [Theory]
    [InlineData("an older content")]
    [InlineData("another bot's content")]
    [InlineData("no MAC")]
    [InlineData("garbage")]
    public async Task Row_WithAContentThatIsNotItsOwn_IsNotReadAndIsNamed(string what)
    {
        var state = new GrainState<BotState>(Bot());
        await Storage.WriteStateAsync("bot", s_bot, state);
        var older = (await Store.Sealed.ReadAsync(null, Cancel)).Rows.Single();
        state.State!.Kill = new KillSwitch(true, "r", "operator", Sample.Noon, true);
        await Storage.WriteStateAsync("bot", s_bot, state);
        await Storage.WriteStateAsync("bot", GrainId.Create("bot", "other"), new GrainState<BotState>(Bot()));
        var rows = (await Store.Sealed.ReadAsync(null, Cancel)).Rows;
        var row = rows.Single(r => r.Key == older.Key);
        byte[] content = what switch
        {
            "an older content" => older.Content,
            "another bot's content" => rows.Single(r => r.Key != older.Key).Content,
            "no MAC" => StoreMacs.StateOf(older.Content).ToArray(),
            _ => [.. StoreMacs.Mark, 1, 2, 3],
        };
        Assert.True(await Store.Sealed.ReplaceAsync(row, content, Cancel));

        var refusal = await Assert.ThrowsAsync<StoreReplacedException>(() => Storage.ReadStateAsync("bot", s_bot, new GrainState<BotState>()));
        Assert.Contains("momentum-es", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(refusal.Message, _witness.Knowledge.Evidence);
        Assert.Equal(refusal.Message, (await Sealing.LookAsync(null, Cancel)).Evidence);
    }

    [Fact]
    public async Task Store_RefusesWhatAMacCanNotSay()
    {
        var state = new GrainState<BotState>(Bot());
        await Sealing.OpenAsync(Cancel);
        for (var i = 0; i < 3; i++) await Storage.WriteStateAsync("bot", s_bot, state);
        foreach (var sql in Refused) await Assert.ThrowsAnyAsync<Exception>(() => RunAsync(sql));
        await Storage.WriteStateAsync("bot", s_bot, state);
        Assert.Equal("4", state.ETag);
        Assert.Single(await Store.Sealed.MarksAsync(Cancel));
    }

    [Fact]
    public async Task Upgrade_SignsWhatItFindsOnce()
    {
        for (var i = 0; i < 300; i++) await Store.Grains.WriteStateAsync("bot", GrainId.Create("bot", $"bot-{i}"), new GrainState<BotState>(Bot()));
        var entry = Sample.Audit(1) with { Mac = null };
        await Store.Audit.AppendAsync(entry, Cancel);
        await Sealing.OpenAsync(Cancel);
        await ReopenAsync();
        await Sealing.OpenAsync(Cancel);

        var read = new GrainState<BotState>();
        await Storage.ReadStateAsync("bot", GrainId.Create("bot", "bot-299"), read);
        Assert.Equal(("2", AutonomyTier.Paper), (read.ETag, read.State!.Tier));
        Assert.Equal(1, Assert.Single(await Store.Sealed.MarksAsync(Cancel)).AuditUpTo);
        var rule = await Sealing.AuditRuleAsync(Cancel);
        Assert.True(rule.Accepts(entry));
        Assert.False(rule.Accepts(entry with { Sequence = 2 }));

        var row = (await Store.Sealed.ReadAsync(null, Cancel)).Rows[7];
        Assert.True(await Store.Sealed.ReplaceAsync(row, StoreMacs.StateOf(row.Content).ToArray(), Cancel));
        await Sealing.OpenAsync(Cancel);
        Assert.NotNull(await FirstEvidenceAsync());
    }

    [Theory]
    [InlineData("a row")]
    [InlineData("an audit entry")]
    public async Task Marks_Gone_SignNothingAndRaiseEvidence(string what)
    {
        await Sealing.OpenAsync(Cancel);
        var sealedBot = GrainId.Create("bot", "sealed");
        if (what == "a row") await Storage.WriteStateAsync("bot", sealedBot, new GrainState<BotState>(Bot()));
        else await Store.Audit.AppendAsync(Sample.Audit(1) is var entry ? entry with { Mac = _macs.OfAudit(entry.Hash) } : entry, Cancel);
        await RemoveMarksAsync();
        await Store.Grains.WriteStateAsync("bot", s_bot, new GrainState<BotState>(Bot()));

        await Sealing.OpenAsync(Cancel);
        Assert.Equal(StoreSealing.NoMark, _witness.Knowledge.Evidence);
        Assert.Empty(await Store.Sealed.MarksAsync(Cancel));
        Assert.False(StoreMacs.IsSealed((await Store.Sealed.ReadAsync(null, Cancel)).Rows.Single(r => r.Key == RowKey.Of(s_bot)).Content));

        await Sealing.ConfirmAsync(Cancel);
        var forged = new GrainState<BotState>();
        await Storage.ReadStateAsync("bot", s_bot, forged);
        Assert.Equal((true, AutonomyTier.Observe), (forged.State!.Kill.Engaged, forged.State.Tier));
        Assert.Single(await Store.Sealed.MarksAsync(Cancel));
        if (what != "a row") return;
        var honest = new GrainState<BotState>();
        await Storage.ReadStateAsync("bot", sealedBot, honest);
        Assert.Equal((false, AutonomyTier.Paper), (honest.State!.Kill.Engaged, honest.State.Tier));
    }

    [Fact]
    public async Task Row_WrittenBeforeAStartCouldSign_ComesBehindTheMark()
    {
        var storage = new SealedGrainStorage(
            Store.Grains, _orleans.GetRequiredService<Serializer>(), _orleans.GetRequiredService<IActivatorProvider>(), TimeProvider.System, _macs, _witness, Sealing);
        await storage.WriteStateAsync("bot", s_bot, new GrainState<BotState>(Bot()));
        Assert.Single(await Store.Sealed.MarksAsync(Cancel));
        await Sealing.OpenAsync(Cancel);
        Assert.Null(_witness.Knowledge.Evidence);
    }

    [Fact]
    public async Task Confirmation_LeavesOfAForgedBotWhatLoosensNothing()
    {
        await Sealing.OpenAsync(Cancel);
        await Storage.WriteStateAsync("bot", s_bot, new GrainState<BotState>(Bot()));
        await Storage.WriteStateAsync("bot", GrainId.Create("bot", "honest"), new GrainState<BotState>(Bot()));
        var row = (await Store.Sealed.ReadAsync(null, Cancel)).Rows.Single(r => r.Key == RowKey.Of(s_bot));
        Assert.True(await Store.Sealed.ReplaceAsync(row, row.Content, Cancel));
        await Sealing.ConfirmAsync(Cancel);

        var (forged, honest) = (new GrainState<BotState>(), new GrainState<BotState>());
        await Storage.ReadStateAsync("bot", s_bot, forged);
        await Storage.ReadStateAsync("bot", GrainId.Create("bot", "honest"), honest);
        Assert.Equal((true, AutonomyTier.Observe, "A bot"), (forged.State!.Kill.Engaged, forged.State.Tier, forged.State.Spec!.Name));
        Assert.Equal((false, AutonomyTier.Paper), (honest.State!.Kill.Engaged, honest.State.Tier));
        Assert.Null(await FirstEvidenceAsync());
    }

    [Fact]
    public async Task Key_Changed_IsKnownByTheMarkAndConfirmedAsItIs()
    {
        await Sealing.OpenAsync(Cancel);
        await Storage.WriteStateAsync("bot", s_bot, new GrainState<BotState>(Bot()));
        var witness = new StoreWitness(new NoWitnessFile(), NullLogger<StoreWitness>.Instance);
        var macs = new StoreMacs(new ControlPlaneKeys(new Secret("another-root-secret-of-the-tests-9876")));
        var sealing = new StoreSealing(macs, witness, Ledger(macs), Store.Audit, null!, _orleans.GetRequiredService<Serializer>(), TimeProvider.System, NullLogger<StoreSealing>.Instance, Store.Sealed);
        await sealing.OpenAsync(Cancel);
        Assert.Contains("another key", witness.Knowledge.Evidence, StringComparison.Ordinal);
        Assert.True(sealing.KeyChanged);
        await sealing.ConfirmAsync(Cancel);
        Assert.False(sealing.KeyChanged);
        var row = (await Store.Sealed.ReadAsync(null, Cancel)).Rows.Single();
        Assert.True(macs.Opens("bot", row.Key, row.Version, row.Content));
        Assert.False(_orleans.GetRequiredService<Serializer>().Deserialize<BotState>(StoreMacs.StateOf(row.Content))!.Kill.Engaged);
    }

    [Fact]
    public async Task Anchor_OfEntriesThatTheLogLacks_NamesThemAndHowFarItCovers()
    {
        var lines = new List<AnchorLine>();
        for (var sequence = 1; sequence <= 10; sequence++)
        {
            var entry = Sample.Audit(sequence);
            if (sequence is not (4 or 5 or 10)) await Store.Audit.AppendAsync(entry, Cancel);
            if (sequence is > 2) lines.Add(new(sequence, entry.Hash));
        }

        var found = await AnchorComparison.CompareAsync("n", Store.Audit, new([.. lines], null), Cancel);
        Assert.Equal((8L, 10L, 9L, (long?)null), (found.Entries, found.Newest, found.Covers, found.Differs));
        Assert.Equal([new AuditRange(4, 5), new AuditRange(10, 10)], found.Lacking);
        lines[3] = lines[3] with { Hash = new string('f', 64) };
        Assert.Equal(6, (await AnchorComparison.CompareAsync("n", Store.Audit, new([.. lines], null), Cancel)).Differs);
    }

    private async Task<string?> FirstEvidenceAsync()
    {
        long? after = null;
        do
        {
            (var evidence, after) = await Sealing.LookAsync(after, Cancel);
            if (evidence is not null) return evidence;
        }
        while (after is not null);
        return null;
    }

    private static BotState Bot() => new()
    {
        Spec = new BotSpec("A bot", null, [], TradingMode.Paper, ImmutableSortedDictionary<string, decimal>.Empty.Add("max_order_quantity", 1)),
        Tier = AutonomyTier.Paper,
        Generation = 7,
    };
}
