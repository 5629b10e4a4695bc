namespace ControlPlane.Silo.Storage;

/// <summary>The database was written by a newer version of this program.</summary>
public sealed class NewerSchemaException(string database, long found, long known) : Exception(
    $"The database '{database}' has schema version {found}, and this program knows versions up to {known}. " +
    "Start the version of the control plane that wrote it, or restore a copy made before the upgrade.")
{
    public long Found { get; } = found;

    public long Known { get; } = known;
}
