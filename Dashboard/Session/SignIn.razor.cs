using ControlPlane.Dashboard.Browser;

namespace ControlPlane.Dashboard.Session;

/// <summary>Signs in with a token. The token is gone from the page once it was sent.</summary>
public sealed partial class SignIn
{
    private string _token = "";
    private string? _problem;
    private bool _busy;

    /// <summary>What the answer to the plain form said.</summary>
    private string? Refused => QueryText.Parse(Navigation.Uri).GetValueOrDefault("signin") switch
    {
        "refused" => "The token is not one of this control plane's. Copy the token again.",
        "limited" => "Too many bad sign-ins from this address. Wait a minute.",
        _ => null,
    };

    // Before the first drawing, so that no click in between meets an empty field.
    protected override void OnInitialized() => _token = Browser.TakeTyped("token");

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && _token.Length > 0) await Browser.FocusAsync("#token");
    }

    private async Task Enter()
    {
        if (_token.Length == 0) return;
        _busy = true;
        var answer = await Sessions.SignInAsync(_token);
        (_token, _problem, _busy) = ("", answer.Problem, false);
        if (answer.Role is { } role) State.SignedIn(role);
    }
}
