package org.armlib.http.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * Chromium, without a window. Where there is none the tests fail; {@code -Darmlib.browser=none} skips them, any other value
 * is the program to use.
 */
final class Browser implements AutoCloseable {
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    static Browser start() {
        String wanted = System.getProperty("armlib.browser", "");
        Assumptions.assumeFalse(wanted.equals("none"), "-Darmlib.browser=none");
        File program = find(wanted.isEmpty() ? NAMES : List.of(wanted));
        LoggingPreferences logging = new LoggingPreferences();
        logging.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(program);
        options.setCapability(ChromeOptions.LOGGING_PREFS, logging);
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--lang=en-US",
                "--window-size=1280,900");
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(find(List.of("chromedriver")))
                .build();
        return new Browser(new ChromeDriver(service, options));
    }

    private static File find(List<String> names) {
        return names.stream()
                .flatMap(Browser::candidates)
                .filter(Files::isExecutable)
                .findFirst()
                .map(Path::toFile)
                .orElseThrow(
                        () -> new AssertionError("none of " + names + " is here, which the tests of the console need;"
                                + " install the packages chromium and chromium-driver (Debian's names),"
                                + " or say -Darmlib.browser=none to go without these tests"));
    }

    private static Stream<Path> candidates(String name) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(
                name.contains(File.separator) ? Stream.of(Path.of(name)) : Stream.empty(),
                Stream.of(path.split(File.pathSeparator, -1)).map(folder -> Path.of(folder, name)));
    }

    ChromeDriver driver() {
        return driver;
    }

    /** The element of that id. */
    WebElement at(String id) {
        return driver.findElement(By.id(id));
    }

    List<WebElement> all(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    /** What a script returns. */
    Object ask(String script, Object... arguments) {
        Object answer = driver.executeScript("return " + script, arguments);
        return answer == null ? "" : answer;
    }

    /** As wide as a phone, or a desk's screen. */
    void size(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** Sets what the user prefers, such as {@code prefers-color-scheme}. */
    void prefer(String feature, String value) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia", Map.of("features", List.of(Map.of("name", feature, "value", value))));
    }

    /** Neither a script failed nor did the page ask for what its policy forbids; answers that are no 200 are no matter. */
    void assertNoComplaints() {
        assertThat(driver.manage().logs().get(LogType.BROWSER).getAll())
                .filteredOn(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .extracting(LogEntry::getMessage)
                .filteredOn(message -> !message.contains("Failed to load resource"))
                .isEmpty();
    }

    @Override
    public void close() {
        driver.quit();
    }
}
