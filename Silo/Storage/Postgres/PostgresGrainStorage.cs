using System.Globalization;
using ControlPlane.Grains.Storage.Seals;
using Orleans.Runtime;
using Orleans.Storage;

namespace ControlPlane.Silo.Storage.Postgres;

/// <summary>Grain state in PostgreSQL: Orleans' ADO.NET storage over our statements, with the database's retries and words for failures.
/// The ETag is the row's version, which only grows, clearing included.</summary>
internal sealed class PostgresGrainStorage(PostgresDatabase database, AdoNetGrainStorage inner) : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ReadStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WriteStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ClearStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) =>
        RunAsync(inner.ReadStateAsync, replacesState: true, stateName, grainId, grainState, cancellationToken);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        RefuseForeign(grainState.ETag);
        return RunAsync(
            async (name, id, state, token) =>
            {
                await inner.WriteStateAsync(name, id, state, token);
                state.RecordExists = true;
            },
            replacesState: false,
            stateName,
            grainId,
            grainState,
            cancellationToken);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        RefuseForeign(grainState.ETag);
        return RunAsync(inner.ClearStateAsync, replacesState: true, stateName, grainId, grainState, cancellationToken);
    }

    public void Participate(ISiloLifecycle lifecycle) => inner.Participate(lifecycle);

    /// <summary>On a copy: a call that nobody waits for any longer must not change a state that its grain goes on to use.</summary>
    private async Task RunAsync<T>(
        Func<string, GrainId, IGrainState<T>, CancellationToken, Task> work,
        bool replacesState,
        string stateName,
        GrainId grainId,
        IGrainState<T> grainState,
        CancellationToken cancellationToken)
    {
        var done = await database.GuardAsync(
            async token =>
            {
                var copy = new GrainState<T>(grainState.State, grainState.ETag) { RecordExists = grainState.RecordExists };
                await work(stateName, GrainKeys.Apart(grainId), copy, token);
                return copy;
            },
            cancellationToken);
        if (replacesState) grainState.State = done.State;
        (grainState.ETag, grainState.RecordExists) = (done.ETag, done.RecordExists);
    }

    // An ETag that is not ours matches no row.
    private static void RefuseForeign(string? etag)
    {
        if (etag is not null && !int.TryParse(etag, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            throw new InconsistentStateException("The stored state has another version than the one this grain has read.");
        }
    }
}
