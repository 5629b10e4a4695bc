using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots;
using ControlPlane.Grains.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime;
using Orleans.Storage;

namespace ControlPlane.Grains.Tests.Bots;

/// <summary>A bot's record over a store in memory, which can be made to fail.</summary>
internal sealed class BotRecords : IGrainStorage, IBotIndex
{
    private BotState? _stored;

    public BotRecords()
    {
        Record = new("b1", new(this, "bot", GrainId.Create("bot", "b1")), this, NullLogger.Instance);
        Record.State.Spec = Spec;
    }

    public static BotSpec Spec { get; } = new("B", null, ["polygon"], TradingMode.Paper, ImmutableSortedDictionary<string, decimal>.Empty);

    public BotRecord Record { get; }

    public List<string> Calls { get; } = [];

    public bool IndexFails { get; set; }

    public bool WritesFail { get; set; }

    /// <summary>Whether a failed write is on disk all the same.</summary>
    public bool LosesAnswers { get; set; }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Calls.Add("read");
        if (_stored is not null) grainState.State = (T)(object)_stored.Copy();
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Calls.Add("state");
        if (!WritesFail || LosesAnswers) _stored = ((BotState)(object)grainState.State!).Copy();
        return WritesFail ? throw new StoreUnavailableException("injected") : Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();

    public Task UpsertAsync(BotIndexRow row, CancellationToken cancellationToken)
    {
        Calls.Add("index");
        return IndexFails ? throw new StoreUnavailableException("injected") : Task.CompletedTask;
    }

    public Task<bool> TryAddAsync(BotIndexRow row, int max, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task RemoveAsync(string botId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ImmutableArray<BotIndexRow>> ListAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
}
