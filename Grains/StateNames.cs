namespace ControlPlane.Grains;

/// <summary>Name of the grain storage that every grain uses. State names are unique: the store keys rows by them, not by class.</summary>
internal static class StateNames
{
    public const string Provider = "ControlPlane";

    /// <summary>State of a bot, which no facet names.</summary>
    public const string Bot = "bot";
}
