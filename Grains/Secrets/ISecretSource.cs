namespace ControlPlane.Grains.Secrets;

/// <summary>Where secrets come from: the process environment, and a folder with one file a secret, which is re-read live.
/// The environment wins. Values that are empty or blank count as absent.</summary>
public interface ISecretSource
{
    /// <summary>The value now, or null. Surrounding white space (a final line break of a mounted file) is trimmed.</summary>
    Secret? Find(string name);

    /// <summary>Names that are set, and those of files in the folder that no variable can have. For hints alone.</summary>
    IReadOnlyCollection<string> Names => [];

    /// <summary>Grows whenever any value may have changed.</summary>
    long Version { get; }

    /// <summary>Raised after <see cref="Version"/> has grown. Handlers must not block.</summary>
    event Action? Changed;
}
