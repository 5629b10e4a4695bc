namespace ControlPlane.Grains.Secrets;

/// <summary>Where <see cref="EnvironmentAndFolderSecretSource"/> looks. Section <c>ControlPlane:Secrets</c>; the delegates are for code.</summary>
public sealed class SecretSourceOptions
{
    public const string Section = "ControlPlane:Secrets";

    /// <summary>Seconds between two looks at the folder, by default.</summary>
    public const double DefaultPollSeconds = 0.5;

    /// <summary>Folder with one file a secret, named like the variable; null or blank: no folder.</summary>
    public string? Directory { get; set; }

    /// <summary>Seconds between two looks at the folder; 0.1 to 60.</summary>
    public double PollSeconds { get; set; } = DefaultPollSeconds;

    /// <summary>Variables of the environment that count as absent. They are still kept out of the logs.</summary>
    public Func<string, bool> IgnoreEnvironment { get; set; } = static _ => false;

    /// <summary>Made-up values, which stand before those of the environment and of the folder.</summary>
    public IReadOnlyDictionary<string, string> MadeUp { get; set; } = new Dictionary<string, string>();

    /// <summary>False for a variable whose value is no secret (an environment's name, say): it is not kept out of logs.</summary>
    public Func<string, bool> IsSecret { get; set; } = static _ => true;

    /// <summary>Reads the whole environment; called at every poll.</summary>
    public Func<IReadOnlyDictionary<string, string>> Environment { get; set; } = ProcessEnvironment.Read;
}
