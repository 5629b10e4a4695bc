using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Integrations.Verification;

/// <summary>Ends a verify with a verdict. Holds a code and names, never a value or another exception's text.</summary>
internal sealed class VerifyFaultException(VerifyStatus status, string code, string? variable = null) : Exception(code)
{
    public VerifyFaultException(string code) : this(VerifyStatus.Inconclusive, code)
    {
    }

    public VerifyStatus Status { get; } = status;
    public string Code { get; } = code;

    /// <summary>Name of the variable that is at fault, if one is.</summary>
    public string? Variable { get; } = variable;

    /// <summary>The status of the provider's answer, when its head had arrived.</summary>
    public int? HttpStatus { get; init; }

    public static VerifyFaultException Malformed(string? variable) => new(VerifyStatus.Invalid, VerifyCodes.MalformedCredential, variable);
}
