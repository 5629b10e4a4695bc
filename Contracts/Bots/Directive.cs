using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>What a runner must do.</summary>
public enum Directive
{
    [JsonStringEnumMemberName("HALT")] Halt = 0,
    [JsonStringEnumMemberName("REDUCE")] Reduce = 1,
    [JsonStringEnumMemberName("CONTINUE")] Continue = 2,
}
