using System.Globalization;
using ControlPlane.Grains.Storage.Trust;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace ControlPlane.Grains.Storage.Seals;

/// <summary>Grain state under a MAC over the state's name, its grain, its version and its content. A row that was made, changed, copied or restored
/// with database rights does not verify. Its grain is not activated, and the store is in doubt. The gate alone goes on without its row,
/// closed.</summary>
internal sealed class SealedGrainStorage(
    IGrainStorage rows, Serializer serializer, IActivatorProvider activators, TimeProvider time, StoreMacs? macs = null, StoreWitness? witness = null, StoreSealing? sealing = null)
    : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => ReadStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => WriteStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => ClearStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        if (macs is null)
        {
            await rows.ReadStateAsync(stateName, grainId, grainState, cancellationToken);
            return;
        }

        var row = new GrainState<SealedContent>(new(), grainState.ETag);
        await rows.ReadStateAsync(stateName, grainId, row, cancellationToken);
        grainState.State = row.RecordExists ? Open<T>(stateName, RowKey.Of(grainId), row) : activators.GetActivator<T>().Create();
        (grainState.ETag, grainState.RecordExists) = (row.ETag, row.RecordExists);
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        if (macs is null)
        {
            await rows.WriteStateAsync(stateName, grainId, grainState, cancellationToken);
            return;
        }

        if (sealing is not null) await sealing.OpenAsync(cancellationToken);
        var version = (Version(grainState.ETag) ?? 0) + 1;
        var content = macs.Seal(stateName, RowKey.Of(grainId), version, serializer.SerializeToArray(grainState.State));
        var row = new GrainState<SealedContent>(new SealedContent { Bytes = content }, grainState.ETag) { RecordExists = grainState.RecordExists };
        await rows.WriteStateAsync(stateName, grainId, row, cancellationToken);
        (grainState.ETag, grainState.RecordExists) = (row.ETag, true);

        // Nobody of ours clears a row, so that a first version is 1.
        if (Version(row.ETag) != version) throw new InconsistentStateException("The store gave the row another version than the one that was signed.", row.ETag, grainState.ETag);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) =>
        macs is null ? rows.ClearStateAsync(stateName, grainId, grainState, cancellationToken) : throw new NotSupportedException("A row that has a MAC is not cleared: its absence would have none.");

    public void Participate(ISiloLifecycle lifecycle) => (rows as ILifecycleParticipant<ISiloLifecycle>)?.Participate(lifecycle);

    private T? Open<T>(string stateName, string key, GrainState<SealedContent> row)
    {
        var content = row.State!.Bytes;
        if (Version(row.ETag) is { } version && macs!.Opens(stateName, key, version, content)) return serializer.Deserialize<T>(StoreMacs.StateOf(content));
        var keyChanged = sealing?.KeyChanged == true;
        var why = keyChanged ? StoreSealing.OtherKey : StoreSealing.Unsigned(stateName, key);
        witness?.Raise(why);
        return Quarantine.Without(stateName, content, serializer, keyChanged, why, time.GetUtcNow()) is { } state ? (T)state : throw new StoreReplacedException(why);
    }

    private static long? Version(string? etag) => long.TryParse(etag, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
}
