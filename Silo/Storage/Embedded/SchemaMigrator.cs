using System.Collections.Immutable;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>Brings the schema up to date: numbered scripts, all of them in one transaction under SQLite's own exclusive lock.</summary>
internal static class SchemaMigrator
{
    private static ImmutableArray<MigrationScript> Known { get; } = MigrationScript.Of("Embedded");

    public static long KnownVersion => Known[^1].Version;

    /// <returns>The version that the database now has.</returns>
    /// <exception cref="NewerSchemaException">A newer program wrote the database; nothing was changed.</exception>
    public static long Migrate(SqliteSession session, string path, DateTimeOffset now)
    {
        session.Execute("BEGIN EXCLUSIVE");
        try
        {
            session.Execute(
                "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL)");
            var found = session.Scalar("SELECT MAX(version) FROM schema_version") ?? 0;
            if (found > KnownVersion)
            {
                throw new NewerSchemaException(path, found, KnownVersion);
            }

            foreach (var migration in Known.Where(m => m.Version > found))
            {
                session.Execute(migration.Sql);
                session.Prepare("INSERT INTO schema_version (version, name, applied_at) VALUES (?, ?, ?)")
                    .With(migration.Version).With(migration.Name).With(UnixMicroseconds.From(now)).Run();
            }

            session.Execute("COMMIT");
            return KnownVersion;
        }
        catch
        {
            session.Rest();
            throw;
        }
    }
}
