namespace ControlPlane.Grains.Secrets.Keys;

/// <summary>The operator's token that the data folder keeps when none was given.</summary>
internal interface IOperatorTokenFile
{
    /// <summary>The token, or null while the file was not read.</summary>
    string? Token { get; }
}
