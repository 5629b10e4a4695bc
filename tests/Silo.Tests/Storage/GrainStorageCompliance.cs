using System.Collections.Immutable;
using ControlPlane.Abstractions;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace ControlPlane.Silo.Tests.Storage;

public abstract class GrainStorageCompliance : StoreCompliance
{
    private static readonly GrainId Bot = GrainId.Create("bot", "momentum-es");

    [Fact]
    public async Task Read_NeverWritten_IsAFreshStateWithoutARecord()
    {
        var state = await ReadAsync();

        Assert.NotNull(state.State);
        Assert.False(state.RecordExists);
        Assert.Null(state.ETag);
    }

    [Fact]
    public async Task Write_Collections_RoundTrip()
    {
        var written = new GrainState<StoredSample>(new StoredSample
        {
            Kill = new KillSwitch(true, "r", "operator", Sample.Noon, true),
            Steps = [new VerifyStep("auth", StepResult.Passed, "ok")],
            Names = ImmutableDictionary<string, ImmutableArray<int>>.Empty.Add("a", [1, 2]).Add("b", []),
            Limits = ImmutableSortedDictionary<string, decimal>.Empty.Add("x", 1.10m),
            Requires = ["polygon"],
        });

        await Store.Grains.WriteStateAsync("bot", Bot, written);
        await ReopenAsync();
        var read = await ReadAsync();

        Assert.True(written.RecordExists && read.RecordExists);
        Assert.Equal(written.ETag, read.ETag);
        Assert.Equal(written.State!.Kill, read.State!.Kill);
        Assert.Equal(written.State!.Steps, read.State!.Steps);
        Assert.Equal([1, 2], read.State!.Names["a"]);
        Assert.Empty(read.State!.Names["b"]);
        Assert.Equal(written.State!.Limits.AsEnumerable(), read.State!.Limits);
        Assert.Equal(written.State!.Requires, read.State!.Requires);
    }

    [Theory]
    [InlineData("b1", "0b1")]
    [InlineData("1", "01")]
    [InlineData("0", "00")]
    [InlineData("0123456789abcdef0123456789abcdef", "~0123456789abcdef0123456789abcdef")]
    public async Task Keys_ThatReadAsOneNumber_HaveRowsOfTheirOwn(string one, string other)
    {
        var (first, second) = (GrainId.Create("bot", one), GrainId.Create("bot", other));
        await Store.Grains.WriteStateAsync("bot", first, new GrainState<StoredSample>(new StoredSample { Kill = new KillSwitch(true, "the first's", null, null, true) }));
        var fresh = new GrainState<StoredSample>();
        await Store.Grains.ReadStateAsync("bot", second, fresh);
        Assert.False(fresh.RecordExists);
        fresh.State = new StoredSample { Kill = new KillSwitch(true, "the second's", null, null, true) };
        await Store.Grains.WriteStateAsync("bot", second, fresh);
        await ReopenAsync();
        foreach (var (grain, reason) in new[] { (first, "the first's"), (second, "the second's") })
        {
            var read = new GrainState<StoredSample>();
            await Store.Grains.ReadStateAsync("bot", grain, read);
            Assert.Equal(reason, read.State!.Kill.Reason);
        }
    }

    [Fact]
    public async Task Write_StaleEtag_ThrowsAndChangesNothing()
    {
        var first = await ReadAsync();
        await WriteAsync(first, "first");
        var stale = await ReadAsync();
        await WriteAsync(first, "second");

        var refused = await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(stale, "stale"));

        Assert.NotEqual(stale.ETag, refused.StoredEtag);
        Assert.Equal("second", (await ReadAsync()).State!.Kill.Reason);
    }

    [Fact]
    public async Task Write_RaceOfFirstWrites_OneWins()
    {
        var races = Enumerable.Range(0, 20).Select(async i =>
        {
            try
            {
                await WriteAsync(new GrainState<StoredSample>(new StoredSample()), $"{i}");
                return true;
            }
            catch (InconsistentStateException)
            {
                return false;
            }
        });

        Assert.Single(await Task.WhenAll(races), won => won);
    }

    [Theory]
    [InlineData("not ours")]
    [InlineData("-1")]
    [InlineData("99")]
    public async Task Write_ForeignEtag_Throws(string etag)
    {
        var state = await ReadAsync();
        await WriteAsync(state, "first");
        state.ETag = etag;

        await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(state, "second"));
    }

    [Fact]
    public async Task Write_SameKeyOtherStateOrGrain_AreApart()
    {
        await Store.Grains.WriteStateAsync("bot", Bot, new GrainState<StoredSample>(new StoredSample()));

        var otherState = await ReadAsync("risk");
        var otherGrain = await ReadAsync("bot", GrainId.Create("bot", "MOMENTUM-ES"));

        Assert.False(otherState.RecordExists || otherGrain.RecordExists);
    }

    [Fact]
    public async Task Clear_WrittenState_IsGoneAndCanBeWrittenAgain()
    {
        var state = await ReadAsync();
        await WriteAsync(state, "first");

        await Store.Grains.ClearStateAsync("bot", Bot, state);
        var cleared = await ReadAsync();
        await WriteAsync(state, "second");

        Assert.False(cleared.RecordExists);
        Assert.False(cleared.State!.Kill.Engaged);
        Assert.Equal("second", (await ReadAsync()).State!.Kill.Reason);
    }

    [Fact]
    public async Task Clear_ThenStaleWriter_IsRefused()
    {
        var owner = await ReadAsync();
        await WriteAsync(owner, "first");
        var stale = await ReadAsync();
        await Store.Grains.ClearStateAsync("bot", Bot, owner);
        await WriteAsync(owner, "second");

        await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(stale, "stale"));
        await Assert.ThrowsAsync<InconsistentStateException>(() => Store.Grains.ClearStateAsync("bot", Bot, stale));
    }

    [Fact]
    public async Task Clear_NeverWritten_DoesNothing()
    {
        var state = await ReadAsync();

        await Store.Grains.ClearStateAsync("bot", Bot, state);
        await WriteAsync(state, "first");

        Assert.True((await ReadAsync()).RecordExists);
    }

    private async Task<GrainState<StoredSample>> ReadAsync(string name = "bot", GrainId? grain = null)
    {
        var state = new GrainState<StoredSample>();
        await Store.Grains.ReadStateAsync(name, grain ?? Bot, state);
        return state;
    }

    private Task WriteAsync(GrainState<StoredSample> state, string reason)
    {
        state.State = state.State! with { Kill = new(true, reason, null, null, true) };
        return Store.Grains.WriteStateAsync("bot", Bot, state);
    }
}

[GenerateSerializer, Alias("tests.StoredSample")]
public sealed record StoredSample
{
    [Id(0)] public KillSwitch Kill { get; init; } = KillSwitch.Released;
    [Id(1)] public ImmutableArray<VerifyStep> Steps { get; init; } = [];
    [Id(2)] public ImmutableDictionary<string, ImmutableArray<int>> Names { get; init; } = ImmutableDictionary<string, ImmutableArray<int>>.Empty;
    [Id(3)] public ImmutableSortedDictionary<string, decimal> Limits { get; init; } = ImmutableSortedDictionary<string, decimal>.Empty;
    [Id(4)] public ImmutableSortedSet<string> Requires { get; init; } = [];
}
