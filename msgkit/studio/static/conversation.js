/** conversation */
export function start() {}
