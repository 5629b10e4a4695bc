using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>What ends a problem.</summary>
public enum Resolution
{
    /// <summary>A person, by the suggested fix.</summary>
    [JsonStringEnumMemberName("manual")] Manual = 0,

    /// <summary>Nothing that a person does here: it stands until its cause is gone.</summary>
    [JsonStringEnumMemberName("waits")] Waits = 1,

    /// <summary>The system by itself, within a time. After that it is manual.</summary>
    [JsonStringEnumMemberName("self_healing")] SelfHealing = 2,
}
