namespace ControlPlane.Silo.Storage.Embedded;

internal readonly record struct GrainStateKey(string StateName, string GrainId);

/// <param name="Payload">Null when the state was cleared.</param>
internal sealed record GrainStateRow(long Version, byte[]? Payload);

/// <param name="Version">The row's version now, or null without a row.</param>
internal readonly record struct GrainStateOutcome(bool Done, long? Version);

/// <summary>The rows of <c>orleans_storage</c>. A null version stands for "there is no row".</summary>
internal static class GrainStateRows
{
    public static GrainStateRow? Find(SqliteSession session, GrainStateKey key)
    {
        var row = session.Prepare("SELECT version, payload FROM orleans_storage WHERE state_name = ? AND grain_id = ?")
            .With(key.StateName).With(key.GrainId);
        var found = row.Read() ? new GrainStateRow(row.Int64(0), row.IsNull(1) ? null : row.Bytes(1)) : null;
        row.Reset();
        return found;
    }

    public static GrainStateOutcome Write(SqliteSession session, GrainStateKey key, long? expected, ReadOnlySpan<byte> payload)
    {
        var changed = expected is { } version
            ? session.Prepare(
                "UPDATE orleans_storage SET version = version + 1, payload = ? WHERE state_name = ? AND grain_id = ? AND version = ?")
                .With(payload).With(key.StateName).With(key.GrainId).With(version).Run()
            : session.Prepare(
                "INSERT INTO orleans_storage (payload, state_name, grain_id, version) VALUES (?, ?, ?, 1) ON CONFLICT DO NOTHING")
                .With(payload).With(key.StateName).With(key.GrainId).Run();
        return changed == 1 ? new(true, (expected ?? 0) + 1) : new(false, Version(session, key));
    }

    public static GrainStateOutcome Clear(SqliteSession session, GrainStateKey key, long? expected)
    {
        if (expected is not { } version)
        {
            var stored = Version(session, key);
            return new(stored is null, stored);
        }

        var changed = session.Prepare(
            "UPDATE orleans_storage SET version = version + 1, payload = NULL WHERE state_name = ? AND grain_id = ? AND version = ?")
            .With(key.StateName).With(key.GrainId).With(version).Run();
        return changed == 1 ? new(true, version + 1) : new(false, Version(session, key));
    }

    private static long? Version(SqliteSession session, GrainStateKey key)
    {
        var row = session.Prepare("SELECT version FROM orleans_storage WHERE state_name = ? AND grain_id = ?")
            .With(key.StateName).With(key.GrainId);
        var version = row.Read() ? row.Int64(0) : (long?)null;
        row.Reset();
        return version;
    }
}
