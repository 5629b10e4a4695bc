namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>Another process works on the data directory.</summary>
public sealed class DataDirectoryInUseException(string directory) : Exception(
    $"The data directory '{directory}' is in use by another control plane process. " +
    "Stop that process, or give this one a directory of its own with ControlPlane__DataDirectory.");
