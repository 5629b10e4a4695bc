namespace ControlPlane.Dashboard.Components;

/// <summary>Short messages that go away by themselves. What must stay is said in the page as well.</summary>
public sealed class Toasts(TimeProvider time)
{
    private static readonly TimeSpan s_shown = TimeSpan.FromSeconds(6);
    private readonly List<string> _messages = [];

    public event Action? Changed;

    public IReadOnlyList<string> Messages => _messages;

    public void Say(string message)
    {
        _messages.Remove(message);
        _messages.Add(message);
        if (_messages.Count > 3) _messages.RemoveAt(0);
        Changed?.Invoke();
        _ = ForgetAsync(message);
    }

    private async Task ForgetAsync(string message)
    {
        await Task.Delay(s_shown, time);
        if (_messages.Remove(message)) Changed?.Invoke();
    }
}
