using System.Globalization;
using Orleans.Runtime;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>Grain state in the embedded database. The ETag is the row's version, which only grows, clearing included.</summary>
internal sealed class EmbeddedGrainStorage(EmbeddedDatabase database, IGrainStorageSerializer serializer, IActivatorProvider activators)
    : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ReadStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WriteStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ClearStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var key = new GrainStateKey(stateName, grainId.ToString());
        var row = await database.ReadAsync(session => GrainStateRows.Find(session, key), cancellationToken);
        grainState.State = row?.Payload is { } payload ? serializer.Deserialize<T>(new BinaryData(payload)) : New<T>();
        grainState.RecordExists = row?.Payload is not null;
        grainState.ETag = Format(row?.Version);
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var key = new GrainStateKey(stateName, grainId.ToString());
        var expected = Parse(grainState.ETag);
        var payload = serializer.Serialize(grainState.State).ToMemory();
        var outcome = await database.WriteAsync(
            WriteLane.Control, rows: 1, session => GrainStateRows.Write(session, key, expected, payload.Span), cancellationToken);
        grainState.ETag = Accept(outcome, grainState.ETag);
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var key = new GrainStateKey(stateName, grainId.ToString());
        var expected = Parse(grainState.ETag);
        var outcome = await database.WriteAsync(
            WriteLane.Control, rows: 1, session => GrainStateRows.Clear(session, key, expected), cancellationToken);
        grainState.ETag = Accept(outcome, grainState.ETag);
        grainState.RecordExists = false;
        grainState.State = New<T>();
    }

    private T New<T>() => activators.GetActivator<T>().Create();

    private static string? Accept(GrainStateOutcome outcome, string? current) => outcome.Done
        ? Format(outcome.Version)
        : throw new InconsistentStateException("The stored state has another version than the one this grain has read.", Format(outcome.Version), current);

    private static string? Format(long? version) => version?.ToString(CultureInfo.InvariantCulture);

    // An ETag that is not ours matches no row.
    private static long? Parse(string? etag) =>
        etag is null ? null : long.TryParse(etag, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : -1;
}
