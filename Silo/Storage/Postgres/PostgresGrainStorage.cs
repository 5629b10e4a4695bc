using System.Globalization;
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
        RunAsync(token => inner.ReadStateAsync(stateName, grainId, grainState, token), cancellationToken);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        RefuseForeign(grainState.ETag);
        return RunAsync(
            async token =>
            {
                await inner.WriteStateAsync(stateName, grainId, grainState, token);
                grainState.RecordExists = true;
            },
            cancellationToken);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        RefuseForeign(grainState.ETag);
        return RunAsync(token => inner.ClearStateAsync(stateName, grainId, grainState, token), cancellationToken);
    }

    public void Participate(ISiloLifecycle lifecycle) => inner.Participate(lifecycle);

    private Task RunAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken) => database.GuardAsync(
        async token =>
        {
            await work(token);
            return true;
        },
        cancellationToken);

    // An ETag that is not ours matches no row.
    private static void RefuseForeign(string? etag)
    {
        if (etag is not null && !int.TryParse(etag, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            throw new InconsistentStateException("The stored state has another version than the one this grain has read.");
        }
    }
}
