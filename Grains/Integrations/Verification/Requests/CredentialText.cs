namespace ControlPlane.Grains.Integrations.Verification.Requests;

/// <summary>What a value may hold at the place where it is put. A value that breaks this is wrong by itself and is not sent.</summary>
internal static class CredentialText
{
    public static bool FitsHeader(string value) => !value.AsSpan().ContainsAnyExceptInRange(' ', '~');

    public static bool FitsBody(string value) => !value.Any(character => char.IsControl(character) || char.IsSurrogate(character));

    // A segment of dots would climb out of its place in the path.
    public static bool FitsPath(string value) => FitsBody(value) && (value.Length == 0 || value.AsSpan().ContainsAnyExcept('.'));
}
