using System.Text.Json;

namespace ControlPlane.Grains.Integrations.Catalogue;

/// <summary>If status and body are so, the verdict is this.</summary>
public sealed record OutcomeRule
{
    /// <summary>Status codes; empty means any.</summary>
    public IReadOnlyList<int> Status { get; init; } = [];

    /// <summary>A condition on the answer, or null.</summary>
    public Predicate? When { get; init; }

    /// <summary><c>valid</c>, <c>valid_limited</c>, <c>valid_billing</c>, <c>invalid</c>, <c>wrong_environment</c>, <c>locked</c> or <c>inconclusive</c>.</summary>
    public required string Verdict { get; init; }

    /// <summary>Our own error code in snake_case, for example <c>key_rejected</c>; null with <c>valid</c>.</summary>
    public string? Code { get; init; }

    /// <summary>What a person is told. Never quotes the provider's answer.</summary>
    public string? Message { get; init; }
    public string? Fix { get; init; }

    /// <summary>Seconds to wait before another call, when the answer does not say.</summary>
    public int? RetryAfterS { get; init; }

    /// <summary>What this answer says about capabilities, before findings and the verify's own: name to status.</summary>
    public IReadOnlyDictionary<string, string> Capabilities { get; init; } = new Dictionary<string, string>();

    /// <summary>Who says that this answer means this verdict; expected where a 4xx counts as good.</summary>
    public string? Source { get; init; }
}

/// <summary>A condition on a provider's answer.</summary>
/// <remarks>Types: <c>json_has</c>, <c>json_lacks</c>, <c>json_nonempty</c>, <c>json_empty</c> (absent counts as empty), <c>json_equals</c>,
/// <c>json_equals_variable</c> (value is the name of a variable; compared without case), <c>json_masks_variable</c> (the start of a variable's value, and asterisks), <c>json_in</c> (value is an array), <c>json_starts_with</c>, <c>json_gt</c>, <c>json_array_min</c>, <c>json_array_max</c>,
/// <c>json_array_contains</c>, <c>json_contains</c> (a part of a text), <c>json_valid</c>, <c>body_contains</c>, <c>body_empty</c>, <c>header_equals</c>,
/// <c>environment_in</c> (value is an array), <c>variable_absent</c> (value is the name of a variable), <c>items_any</c> (item holds for a member of the array at path), <c>all</c>, <c>any</c>, <c>not</c>.
/// A path is dotted member names and array indexes (<c>error.0.code</c>); empty or absent is the document itself. A null counts as absent.
/// No <c>json_</c> condition but <c>json_valid</c> is met, nor its <c>not</c>, by an answer that is no JSON.</remarks>
public sealed record Predicate
{
    public required string Type { get; init; }
    public string? Path { get; init; }
    public JsonElement? Value { get; init; }
    public double? Min { get; init; }
    public double? Max { get; init; }
    public IReadOnlyList<Predicate>? Items { get; init; }
    public Predicate? Item { get; init; }
}
