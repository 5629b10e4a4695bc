using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>How a step of a verify, or of a checklist, ended.</summary>
public enum StepResult
{
    [JsonStringEnumMemberName("skipped")] Skipped = 0,
    [JsonStringEnumMemberName("passed")] Passed = 1,
    [JsonStringEnumMemberName("failed")] Failed = 2,
}
